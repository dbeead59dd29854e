import type { PhaseSpec } from '../../schemas/phase-spec.ts';
import type { ProfileExtension } from '../../schemas/profile-extension.ts';

/** A phase template of a profile: a phase_spec document that runs as it is. */
export interface PhaseTemplate {
  readonly phase: PhaseSpec;
  /** The document as it is written, comments too. */
  readonly text: string;
  /** The `template_path` under which its profile names it, such as `phases/software-dev-go/test.yaml`. */
  readonly path: string;
}

/** A profile with its phase templates. */
export interface Profile {
  readonly document: ProfileExtension;
  readonly templates: readonly PhaseTemplate[];
}
