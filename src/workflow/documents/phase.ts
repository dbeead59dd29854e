import { phaseSpecSchema } from '../../../schemas/phase-spec.ts';
import type { PhaseSpec } from '../../../schemas/phase-spec.ts';
import { exitCodes, UserError } from '../../errors.ts';
import { checkDocument } from '../check-document.ts';
import { kindWords } from '../document-kind.ts';
import { Problems } from '../problems.ts';
import { SourceText } from '../source-text.ts';

/**
 * Reads and checks the document of a phase (phase_spec.v1, YAML or JSON). Pure. Throws UserError `phase_spec_invalid` (exit 3) with all
 * diagnostics.
 */
export function loadPhase({ path, text }: { readonly path: string; readonly text: string }): PhaseSpec {
  const source = new SourceText(path, text);
  const problems = new Problems();
  const checked = checkDocument(phaseSpecSchema, source, problems, { what: kindWords.phase_spec });
  if (checked !== null && problems.none) return checked.value;
  const diagnostics = problems.toDiagnostics(source);
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  throw new UserError(exitCodes.invalidDefinition, 'phase_spec_invalid', `${count} in ${path}`, { diagnostics });
}
