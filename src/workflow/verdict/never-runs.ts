import { casesOf, choicesOf } from './cases.ts';
import type { Choice, ValueCase } from './cases.ts';
import { leavesOf } from './condition-parts.ts';
import type { Ends, Flow, Outcomes } from './flow.ts';
import { stoppedEnds } from './stopped-flow.ts';

/** A step that no run executes, and why. */
export interface NeverRun {
  readonly position: number;
  /**
   * `condition`: its `if` is false whenever the step is reached; `join`: its needs can succeed, but never all of them in one run; `behind`: a step that it
   * needs never succeeds.
   */
  readonly because: 'condition' | 'join' | 'behind';
  /** Positions of the needs that are in the way: for a join two that exclude each other, where two alone do. */
  readonly needs: readonly number[];
}

/** So many steps are followed through cases at most; one case is always looked at. */
const mostFollowed = 200_000;
const mostCases = 2_000;

/**
 * The steps that can never run, in the order of the plan: each case of the values that conditions read, and of the outcomes of the steps that conditions ask
 * about, is followed, undisturbed and stopped. Only what is certain is said. `isWhole`: no case was left out, so that nothing certain is missing for that reason.
 */
export function neverRuns(flow: Flow): { readonly steps: readonly NeverRun[]; readonly isWhole: boolean } {
  const choices = [...choicesOf(flow.workflow, flow.conditions), ...outcomeChoices(flow)];
  const most = Math.max(1, Math.min(mostCases, Math.floor(mostFollowed / Math.max(1, flow.order.length))));
  const { cases, isWhole } = casesOf(choices, most);
  const left = new Set(flow.order);
  for (const values of cases) {
    if (left.size === 0) break;
    const outcomesOf = outcomesIn(flow, values);
    const undisturbed = flow.undisturbed(values, outcomesOf);
    const stopped = stoppedEnds(flow, values, { undisturbed, outcomesOf });
    for (const position of left) if (stopped.runs[position] === true) left.delete(position);
  }
  if (left.size === 0) return { steps: [], isWhole };
  const ways = cases.map((values) => flow.undisturbed(values, outcomesIn(flow, values)));
  return {
    steps: flow.order.filter((position) => left.has(position)).map((position) => whyNever(flow, position, ways)),
    isWhole,
  };
}

function whyNever(flow: Flow, position: number, ways: readonly Ends[]): NeverRun {
  if (flow.workflow.steps[position]?.if?.readsStatus === true) return { position, because: 'condition', needs: [] };
  const needs = flow.plan.needs[position] ?? [];
  const dead = needs.filter((need) => !ways.some((ends) => flow.letsRun(position, need, ends)));
  if (dead.length > 0) return { position, because: 'behind', needs: dead };
  const met = ways.some((ends) => flow.needsCases(position, ends).some(({ success }) => success));
  if (met) return { position, because: 'condition', needs: [] };
  return { position, because: 'join', needs: exclusivePair(flow, position, ways) ?? needs };
}

function exclusivePair(flow: Flow, position: number, ways: readonly Ends[]): readonly number[] | null {
  const needs = flow.plan.needs[position] ?? [];
  const open = needs.map((need) => ways.map((ends) => flow.letsRun(position, need, ends)));
  for (const [first, one] of open.entries()) {
    const second = open.findIndex((other, index) => index > first && !other.some((lets, way) => lets && one[way] === true));
    if (second !== -1) return [needs[first] ?? 0, needs[second] ?? 0];
  }
  return null;
}

/** Two outcomes of each step that conditions ask about: by its state, or because it comes right before one that asks how the run goes. */
function outcomeChoices({ workflow, plan, conditions }: Flow): Choice[] {
  const asked = new Set<number>();
  for (const [position, condition] of conditions.entries()) {
    if (condition === null) continue;
    for (const id of leavesOf(condition).flatMap(({ steps }) => steps)) asked.add(plan.indexOf.get(id) ?? position);
    if (workflow.steps[position]?.if?.readsStatus === true) for (const need of plan.needs[position] ?? []) asked.add(need);
  }
  return [...asked].map((position) => ({ name: outcomeName(position), values: ['succeeded', 'failed'] }));
}

function outcomesIn({ order }: Flow, values: ValueCase): (position: number) => Outcomes {
  const both: Outcomes = ['succeeded', 'failed'];
  const outcomes = order.map((_, position): Outcomes => {
    const chosen = values.get(outcomeName(position));
    return chosen === 'succeeded' || chosen === 'failed' ? [chosen] : both;
  });
  return (position) => outcomes[position] ?? both;
}

function outcomeName(position: number): string {
  return `outcome ${String(position)}`;
}
