import type { Profile } from '../../profiles/profile.ts';
import type { GeneratedFile } from '../artifact.ts';

/** The phase templates of a profile as files of a project, `phases/PHASE_ID.yaml`, with their text as it ships. */
export function generatePhases({ templates }: Profile): readonly GeneratedFile[] {
  return templates.map(({ phase, text }) => ({ path: `phases/${phase.phase_id}.yaml`, type: 'phase_spec', text }));
}
