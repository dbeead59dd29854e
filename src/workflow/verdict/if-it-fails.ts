import { casesOf, choicesOf } from './cases.ts';
import type { ValueCase } from './cases.ts';
import { endPair, isOnly, endsIn } from './end-sets.ts';
import type { EndSet } from './end-sets.ts';
import type { Ends, Flow } from './flow.ts';

/** What follows when one step fails and every other one that runs succeeds. Positions, in the order of the file. */
export interface Consequences {
  /** What becomes of the run: it goes on, pauses for a person, or stops. */
  readonly run: 'goes_on' | 'pauses' | 'stops';
  /** Steps that would have run, and are skipped for certain. */
  readonly skipped: readonly number[];
  /** Steps that would have run, and are canceled for certain before they start. */
  readonly canceled: readonly number[];
  /** Steps that may not run to their end: they are stopped where they stand, unless they have ended before; or it depends on values. */
  readonly perhaps: readonly number[];
  /** Steps behind it that run only because it failed. */
  readonly runsThen: readonly number[];
}

/** Of larger workflows the consequences are not worked out: they grow with the square of the steps. */
export const mostStepsWithConsequences = 1_000;

const mostFollowed = 800_000;
const succeeds = ['succeeded'] as const;

/** The consequences of the failure of each step, by position; null for one that does not run while nothing else has failed. */
export function consequencesOf(flow: Flow): readonly (Consequences | null)[] {
  const count = flow.order.length;
  const most = Math.max(1, Math.min(256, Math.floor(mostFollowed / Math.max(1, count * count))));
  const { cases } = casesOf(choicesOf(flow.workflow, flow.conditions), most);
  const ways = cases.map((values) => ({ values, well: flow.undisturbed(values, () => succeeds) }));
  return flow.workflow.steps.map((_, position) => {
    const running = ways.filter(({ well }) => well.runs[position] === true);
    return running.length === 0 ? null : consequences(flow, position, running);
  });
}

interface Way {
  readonly values: ValueCase;
  readonly well: Ends;
}

interface Changed {
  wouldRun: boolean;
  after: EndSet;
  runs: boolean;
}

function consequences(flow: Flow, failing: number, ways: readonly Way[]): Consequences {
  const run = runAfter(flow, failing);
  const behind = reached(failing, flow.plan.dependants);
  const changed = new Map<number, Changed>();
  for (const way of ways) {
    const ends = run === 'stops' ? stopping(flow, failing, { way, behind }) : goingOn(flow, failing, { way, behind });
    for (const position of behind) {
      const entry = changed.get(position) ?? { wouldRun: false, after: 0, runs: false };
      changed.set(position, entry);
      if (ends.runs[position] === true) entry.runs = true;
      if (way.well.runs[position] !== true) continue;
      entry.wouldRun = true;
      entry.after |= ends.sets[position] ?? 0;
    }
  }
  const those = (choose: (entry: Changed) => boolean): number[] =>
    [...changed].flatMap(([position, entry]) => (choose(entry) ? [position] : [])).sort((a, b) => a - b);
  const halts = ({ after }: Changed): boolean => endsIn(after).some((end) => end === 'skipped' || end === 'canceled');
  const isSure = ({ after }: Changed): boolean => isOnly(after, 'skipped') || isOnly(after, 'canceled');
  const beside = run === 'stops' ? besides(flow, failing, { behind, ways }) : [];
  return {
    run,
    skipped: those((entry) => entry.wouldRun && isOnly(entry.after, 'skipped')),
    canceled: those((entry) => entry.wouldRun && isOnly(entry.after, 'canceled')),
    perhaps: [...those((entry) => entry.wouldRun && halts(entry) && !isSure(entry)), ...beside].sort((a, b) => a - b),
    runsThen: those((entry) => !entry.wouldRun && entry.runs),
  };
}

function runAfter({ workflow }: Flow, failing: number): Consequences['run'] {
  if (workflow.steps[failing]?.continueOnError === true || workflow.onFailure === 'continue') return 'goes_on';
  return workflow.onFailure === 'escalate' ? 'pauses' : 'stops';
}

interface Frame {
  readonly way: Way;
  /** What waits for the step, in the order of the plan. */
  readonly behind: ReadonlySet<number>;
}

function failedIn(flow: Flow, failing: number, { well }: Way): Ends {
  const ends: Ends = { sets: [...well.sets], runs: [...well.runs] };
  ends.sets[failing] = 0;
  for (const { failure } of flow.needsCases(failing, well))
    ends.sets[failing] = (ends.sets[failing] ?? 0) | endPair('failed', failure);
  return ends;
}

function goingOn(flow: Flow, failing: number, { way, behind }: Frame): Ends {
  const ends = failedIn(flow, failing, way);
  for (const position of flow.order) {
    if (behind.has(position)) flow.settle(position, { values: way.values, ends, outcomes: succeeds });
  }
  return ends;
}

/** The run stops at once: what waits is canceled, except what cleans up. */
function stopping(flow: Flow, failing: number, { way, behind }: Frame): Ends {
  const ends = failedIn(flow, failing, way);
  const { values } = way;
  for (const position of flow.order) {
    if (!behind.has(position)) continue;
    ends.sets[position] = 0;
    ends.runs[position] = false;
    for (const needs of flow.needsCases(position, ends)) {
      if (!flow.cleansUp(position)) {
        ends.sets[position] = (ends.sets[position] ?? 0) | endPair('canceled', needs.failure);
        continue;
      }
      const truth = flow.truthOf(position, {
        values,
        ends,
        status: { success: false, failure: needs.failure, cancelled: false },
      });
      flow.add(ends, position, { needs, truth, outcomes: succeeds });
      if (truth.breaks) ends.sets[position] = (ends.sets[position] ?? 0) | endPair('failed', needs.failure);
    }
  }
  return ends;
}

/** Steps that are neither before nor behind the one that fails: they may have ended, run or wait when it does. */
function besides(
  flow: Flow,
  failing: number,
  { behind, ways }: { readonly behind: ReadonlySet<number>; readonly ways: readonly Way[] },
): number[] {
  const before = reached(failing, flow.plan.needs);
  return flow.workflow.steps
    .map((_, position) => position)
    .filter((position) => position !== failing && !behind.has(position) && !before.has(position))
    .filter((position) => ways.some(({ well }) => well.runs[position] === true));
}

function reached(from: number, next: Flow['plan']['needs']): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...(next[from] ?? [])];
  for (let position = open.pop(); position !== undefined; position = open.pop()) {
    if (found.has(position)) continue;
    found.add(position);
    open.push(...(next[position] ?? []));
  }
  return found;
}
