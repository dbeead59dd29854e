import type { StepId } from '../../../schemas/ids.ts';
import type { CheckDocument } from '../../../schemas/work.ts';
import { invariant } from '../../errors.ts';
import { plainScript } from '../build-executed.ts';
import { CompiledExpression, parseExpression } from '../expression.ts';
import type { ExecutedAction, Expression } from '../model.ts';
import { commandChecks, sortChecks } from './document-checks.ts';
import type { CommandCheck } from './document-checks.ts';
import type { DocumentPath } from './document-file.ts';
import type { DocumentSteps } from './document-workflow.ts';

/** When a workstream or a phase is accepted. */
export interface Acceptance {
  readonly mode: 'all' | 'any' | 'custom';
  readonly checks: readonly CheckDocument[];
  /** Where it stands in the document. */
  readonly path: DocumentPath;
  /** What a person is asked where the mode is `custom`. */
  readonly question: string;
  /** The steps that must have succeeded before anything is checked. */
  readonly before: readonly StepId[];
}

const longestQuestion = 2_000;

/**
 * Adds the steps that decide about an acceptance; the ids of those that must succeed for it. `all`: every check is a step, and one that is
 * not required may fail. `any`: every check may fail, and a last step succeeds when one of them did. `custom`: a person is asked when the
 * checks have ended, however they did.
 */
export function addAcceptance(steps: DocumentSteps, acceptance: Acceptance): readonly StepId[] {
  const { mode, checks } = acceptance;
  const place = [...acceptance.path, 'checks'];
  if (mode === 'custom') return askPerson(steps, acceptance, place);
  const decided = commandChecks(steps.file, checks, place);
  if (mode === 'all') return addChecks(steps, acceptance, decided, (check) => !check.required);
  if (checks.length === 0) {
    const message = '"mode: any" needs a check: of none at all none can succeed';
    steps.file.report([...acceptance.path, 'mode'], { code: 'SY103', message, hint: 'add a check, or use "mode: all"' });
    return [];
  }
  const ids = addChecks(steps, acceptance, decided, () => true);
  return [steps.addNamed('accept', [...acceptance.path, 'mode'], { action: succeedsWithAny(ids), needs: ids })];
}

function addChecks(
  steps: DocumentSteps,
  { before }: Acceptance,
  checks: readonly CommandCheck[],
  mayFail: (check: CommandCheck) => boolean,
): readonly StepId[] {
  return checks.map((check) =>
    steps.addNamed(`accept-${check.id}`, [...check.path, 'id'], {
      action: plainScript(check.command),
      needs: before,
      continueOnError: mayFail(check),
    }),
  );
}

function askPerson(steps: DocumentSteps, acceptance: Acceptance, place: DocumentPath): readonly StepId[] {
  const { decided, open } = sortChecks(steps.file, acceptance.checks, place);
  const ids = addChecks(steps, acceptance, decided, () => true);
  const judged = open.map((check) => (check.description ?? check.id).replaceAll(/[\s\p{Cc}]+/gu, ' ').trim());
  const question = judged.length === 0 ? acceptance.question : `${acceptance.question} To be judged: ${judged.join('; ')}`;
  const shown = question.length > longestQuestion ? `${question.slice(0, longestQuestion - 1)}…` : question;
  const action = { kind: 'approve', question: [shown], byDefault: 'reject' } as const;
  return [steps.addNamed('accept', [...acceptance.path, 'mode'], { action, needs: ids.length === 0 ? acceptance.before : ids })];
}

/** A script that succeeds when one of these steps did. */
function succeedsWithAny(ids: readonly StepId[]): ExecutedAction {
  const names = ids.map((_, index) => `STATEYARD_EXPR_${index + 1}`);
  const states = names.map((name) => `"\${${name}}"`).join(' ');
  const script = [
    `for state in ${states}; do`,
    '  if [ "$state" = succeeded ]; then exit 0; fi',
    'done',
    `echo 'none of these checks succeeded: ${ids.join(', ')}' >&2`,
    'exit 1',
    '',
  ].join('\n');
  const expressions = Object.fromEntries(ids.map((id, index) => [names[index] ?? '', stateOf(id)]));
  return Object.freeze({ kind: 'run', script, expressions: Object.freeze(expressions), shell: null });
}

function stateOf(id: StepId): Expression {
  const source = `steps['${id}'].state`;
  const parsed = parseExpression(source);
  invariant(parsed.ok, `the state of step ${id} can be asked for`);
  return new CompiledExpression(source, parsed.tree, false);
}
