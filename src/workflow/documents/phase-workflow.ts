import type { StepId } from '../../../schemas/ids.ts';
import type { PhaseSpec } from '../../../schemas/phase-spec.ts';
import { plainScript } from '../build-executed.ts';
import type { Plan, Workflow } from '../model.ts';
import { addAcceptance } from './acceptance.ts';
import type { DocumentFile } from './document-file.ts';
import { DocumentSteps } from './document-workflow.ts';

/**
 * The workflow of a phase that is run by itself: its tests and the checks of its acceptance side by side, then its `post_actions` one after
 * the other. A check that fails stops no other one. Null when it cannot be planned; mistakes are noted.
 */
export function buildPhaseWorkflow(
  file: DocumentFile,
  phase: PhaseSpec,
): { readonly workflow: Workflow; readonly plan: Plan } | null {
  const steps = new DocumentSteps(file);
  const { mode, checks, post_actions: postActions = [] } = phase.acceptance;
  const tests = addTests(steps, phase);
  const question = `Is the phase ${phase.name} accepted?`;
  const accepted = addAcceptance(steps, { mode, checks, path: ['acceptance'], question, before: [] });
  addPostActions(steps, postActions, [...tests, ...accepted]);
  if (tests.length + accepted.length + postActions.length === 0) {
    const hint = 'a phase needs a check, a post action, or tests that must run';
    file.report(['acceptance', 'checks'], { code: 'SY103', message: 'the phase has nothing to run', hint });
  }
  return steps.build({ document: 'phase_spec', name: phase.name, onFailure: 'continue' }, () => ['acceptance']);
}

function addTests(steps: DocumentSteps, { constraints }: PhaseSpec): readonly StepId[] {
  const tests = constraints.tests;
  if (tests?.tests_must_run !== true && tests?.tests_must_pass !== true) return [];
  const path = ['constraints', 'tests', 'test_command'];
  const command = tests.test_command ?? '';
  if (command.trim() === '') {
    const message = 'the tests must run, and "test_command" does not say how';
    steps.file.report(path, { code: 'SY103', message, hint: 'such as `test_command: npm test`' });
    return [];
  }
  steps.file.refuseExpression(path, command);
  return [steps.addNamed('tests', path, { action: plainScript(command), continueOnError: tests.tests_must_pass !== true })];
}

function addPostActions(steps: DocumentSteps, actions: readonly string[], before: readonly StepId[]): void {
  let needs = before;
  for (const [index, action] of actions.entries()) {
    const path = ['acceptance', 'post_actions', index];
    if (action.trim() === '') {
      steps.file.report(path, { code: 'SY101', message: '"post_actions": expected a command, found an empty text' });
    }
    steps.file.refuseExpression(path, action);
    needs = [steps.addNamed(`post-${index + 1}`, path, { action: plainScript(action), needs })];
  }
}
