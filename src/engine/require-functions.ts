import { exitCodes, UserError } from '../errors.ts';
import type { Workflow } from '../workflow/model.ts';
import type { AttemptPort } from './ports.ts';

/**
 * Throws UserError `function_not_registered` (exit 7) for the first step that calls a function which `attempts` does not know, with how many more there are:
 * nothing must be stored or started of a run that this process could not carry to its end.
 */
export function requireFunctions(workflow: Workflow, attempts: AttemptPort): void {
  const missing = workflow.steps.flatMap(({ id, action }) =>
    action.kind === 'function' && attempts.knowsFunction?.(action.name) !== true ? [{ id, name: action.name }] : [],
  );
  const [first] = missing;
  if (first === undefined) return;
  const more = missing.length === 1 ? '' : `, and ${String(missing.length - 1)} more`;
  const message = `step "${first.id}" calls the function "${first.name}", which this program does not have${more}`;
  throw new UserError(exitCodes.refused, 'function_not_registered', message, {
    hint: 'only the program that registers it can run it (docs/api.md)',
  });
}
