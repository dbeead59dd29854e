import type { PlannedConsequences, PlannedStep, PlanReport, PlanVerdict } from '../../schemas/cli/plan-report.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';

const mostNamed = 4;
const mostLines = 12;

/** The verdict on a workflow in a few lines: what its runs end by, what never runs, what the failure of a step means. */
export function renderVerdict({ verdict, steps }: PlanReport): string {
  const lines = [...endLines(verdict), ...neverLines(verdict, steps), ...failureLines(steps)];
  return lines.map((line) => `${line}\n`).join('');
}

function endLines({ always_ends: always, ends_if: conditions }: PlanVerdict): string[] {
  if (always) return ['every run ends'];
  return [`a run ends if ${conditions.map(({ kind, steps }) => endWords[kind](named(steps), steps.length)).join('; and ')}`];
}

const endWords: Readonly<Record<PlanVerdict['ends_if'][number]['kind'], (steps: string, count: number) => string>> = {
  step_ends: (steps, count) => `${steps} ${count === 1 ? 'ends by itself: it has' : 'end by themselves: they have'} no timeout`,
  person_answers: (steps, count) => `a person answers ${steps}, which ${count === 1 ? 'waits' : 'wait'} without a timeout`,
  nothing_fails: (steps, count) => `${count > mostNamed ? 'no step' : `none of ${steps}`} fails, or a person lets it go on`,
  budget_suffices: () => 'its budget suffices, or a person grants it again',
};

function neverLines(verdict: PlanVerdict, steps: readonly PlannedStep[]): string[] {
  const conditionOf = new Map(steps.map((step) => [step.step_id, step.condition]));
  const words = { condition: 'its condition never holds', join: 'cannot all succeed in one run', behind: 'never succeeds' };
  const lines = verdict.never_runs.map(({ step_id: id, because, needs }) => {
    if (because === 'condition')
      return `${id} can never run: ${words.condition} (${sanitiseLine(conditionOf.get(id)?.trim() ?? '')})`;
    const verb = because === 'behind' && needs.length > 1 ? 'never succeed' : words[because];
    return `${id} can never run: ${named(needs, because === 'join' ? ' and ' : ', ')} ${verb}`;
  });
  return cut(verdict.cases_left_out ? [...lines, 'there may be more that can never run: not all cases were looked at'] : lines);
}

/** What holds for every step first; then what the failure of some means beyond that. Steps whose failure means the same are told together. */
function failureLines(steps: readonly PlannedStep[]): string[] {
  const byWords = new Map<string, string[]>();
  for (const { step_id: id, if_it_fails: found } of steps) {
    if (found === null) continue;
    const words = consequenceWords(found);
    if (words !== '') byWords.set(words, [...(byWords.get(words) ?? []), id]);
  }
  return [...policyLines(steps), ...cut([...byWords].map(([words, ids]) => `if ${named(ids, ' or ')} fails: ${words}`))];
}

const policyWords: Readonly<Record<PlannedConsequences['run'], string>> = {
  stops: 'stops the run: what has not started is canceled, what runs is stopped',
  pauses: 'pauses the run until a person lets it go on',
  goes_on: 'does not stop the others',
};

/** A workflow has one policy; under those that halt the run there may be steps that are allowed to fail. */
function policyLines(steps: readonly PlannedStep[]): string[] {
  const idsBy = (run: PlannedConsequences['run']): string[] =>
    steps.flatMap(({ step_id: id, if_it_fails: found }) => (found?.run === run ? [id] : []));
  if (steps.length < 2) return [];
  const policy = (['stops', 'pauses', 'goes_on'] as const).find((run) => idsBy(run).length > 0);
  if (policy === undefined) return [];
  const tolerated = policy === 'goes_on' ? [] : idsBy('goes_on');
  const but = tolerated.length === 0 ? '' : `, but that of ${named(tolerated, ' or ')} does not`;
  return [`a failure ${policyWords[policy]}${but}`];
}

function consequenceWords({ run, skipped, perhaps, runs_then: runsThen }: PlannedConsequences): string {
  const plural = (ids: readonly string[], one: string, more: string): string => `${named(ids)} ${ids.length === 1 ? one : more}`;
  const parts = [
    skipped.length === 0 ? '' : plural(skipped, 'is skipped', 'are skipped'),
    // Where the run stops, that is every step which has not ended.
    perhaps.length === 0 || run === 'stops' ? '' : `${named(perhaps)} perhaps`,
    runsThen.length === 0 ? '' : plural(runsThen, 'runs', 'run'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function cut(lines: readonly string[]): string[] {
  if (lines.length <= mostLines) return [...lines];
  return [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more: see them with --json`];
}

function named(ids: readonly string[], joint = ', '): string {
  const more = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : '';
  return `${ids.slice(0, mostNamed).join(joint)}${more}`;
}
