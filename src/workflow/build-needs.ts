import type { StepId } from '../../schemas/ids.ts';
import type { StepDocument } from '../../schemas/workflow.ts';
import { findNonAncestors } from './ancestors.ts';
import type { StepReference } from './expression-check.ts';
import type { Plan, Step } from './model.ts';
import { buildPlan } from './plan.ts';
import type { Problems } from './problems.ts';
import type { EntryNode, MappingNode, SourceNode } from './source-node.ts';
import type { SourceRange } from './source-text.ts';
import type { Suggestion } from './suggestion.ts';

/** The steps of a file by their exact ids, whether they are well formed or not. */
export interface NeedsCheck {
  readonly steps: MappingNode;
  readonly problems: Problems;
  readonly suggestion: Suggestion;
}

/** The known steps that a step needs, each once, in the order they are written; the others are noted. */
export function buildNeeds(check: NeedsCheck, id: string, document: StepDocument, entry: EntryNode): StepId[] {
  const written = needsOf(entry);
  const kept = typeof document.needs === 'string' ? [document.needs] : (document.needs ?? []);
  const needs = new Set<string>();
  for (const need of kept) {
    // Only where there is something to say: searching the list for each of its items costs its square.
    const place = (): SourceRange => placeOf(written, need, needs.has(need)) ?? entry.keyRange;
    if (need === id) check.problems.add('SY204', place(), `step "${id}" needs itself`);
    else if (!check.steps.entries.has(need)) {
      check.problems.add('SY201', place(), `unknown step "${need}"`, check.suggestion.hint(need, check.steps.entries.keys()));
    } else if (needs.has(need)) check.problems.add('SY205', place(), `step "${id}" names "${need}" twice in "needs"`);
    else needs.add(need);
  }
  return [...needs] as StepId[];
}

/** Where a step of a workflow file says that it needs another one. */
export function placeOfNeed({ steps }: Pick<NeedsCheck, 'steps'>, id: string, need: string): SourceRange {
  const entry = steps.entries.get(id);
  return entry === undefined ? steps : (placeOf(needsOf(entry), need, false) ?? entry.keyRange);
}

/**
 * Plans the steps by their `needs` and `after`; null with the cycles noted, each where its first step says that it needs the next one,
 * which `placeOf` tells.
 */
export function planSteps(
  steps: readonly Step[],
  problems: Problems,
  placeOf: (id: string, need: string) => SourceRange,
): Plan | null {
  const indexOf = new Map<string, number>(steps.map((step) => [step.id, step.index]));
  const before = steps.map((step) => [...step.needs, ...step.after].flatMap((id) => indexOf.get(id) ?? []));
  const result = buildPlan(
    steps.map((step) => step.id),
    before,
  );
  if (result.ok) return result.plan;
  for (const cycle of result.cycles) {
    const ids = cycle.map((index) => steps[index]?.id ?? '');
    const place = placeOf(ids[0] ?? '', ids[1] ?? ids[0] ?? '');
    const message = `steps need each other in a cycle: ${cycleText(ids)}`;
    problems.add('SY203', place, message, 'take one of these needs away');
  }
  return null;
}

/** Notes the expressions that read a step which might not have ended before their own. */
export function checkStepReferences(plan: Plan, references: readonly StepReference[], problems: Problems): void {
  const pairs = references.flatMap((reference) => {
    const [from, to] = [plan.indexOf.get(reference.from), plan.indexOf.get(reference.to)];
    return from === undefined || to === undefined ? [] : [{ from, to, reference }];
  });
  for (const { reference } of findNonAncestors(plan, pairs)) {
    const own = reference.from === reference.to;
    const message = own
      ? `step "${reference.from}" reads its own results`
      : `step "${reference.from}" does not wait for step "${reference.to}"`;
    const hint = own ? 'they are not known before it has ended' : `add ${reference.to} to the needs of ${reference.from}`;
    problems.add('SY303', reference.range, message, hint);
  }
}

function needsOf(entry: EntryNode): readonly SourceNode[] {
  const node = entry.value.kind === 'mapping' ? entry.value.entries.get('needs')?.value : undefined;
  if (node === undefined) return [];
  return node.kind === 'list' ? node.items : [node];
}

function placeOf(written: readonly SourceNode[], need: string, second: boolean): SourceNode | undefined {
  const isNeed = (node: SourceNode) => node.kind === 'scalar' && node.value === need;
  return second ? written.findLast(isNeed) : written.find(isNeed);
}

function cycleText(ids: readonly string[]): string {
  const shown =
    ids.length <= 8 ? ids : [...ids.slice(0, 4), `… ${(ids.length - 6).toLocaleString('en')} more …`, ...ids.slice(-2)];
  return [...shown, ids[0] ?? ''].join(' -> ');
}
