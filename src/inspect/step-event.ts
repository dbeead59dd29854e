import { stepMachine } from '../../machines/step.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { chartOf } from '../charts/chart-of.ts';
import { statesOf } from '../charts/chart.ts';
import type { Chart, ChartState } from '../charts/chart.ts';

/** The type of an event that neither the store nor the chart tells. */
export const unrecordedEvent = 'stateyard.unrecorded';

/** One change of a step's state, as the audit trail has it. States are dotted paths of the step's chart. */
export interface StepMove {
  readonly from: string;
  readonly to: string;
  readonly reason: Outcome | null;
}

/** The chart of a step. */
export const stepChart: Chart = chartOf(stepMachine);

const states: ReadonlyMap<string, ChartState> = new Map(statesOf(stepChart).map((state) => [state.path, state]));

/**
 * The event that took a step from one state to another. The audit trail does not name it; nearly always the chart leaves one only, and where a deadline is the
 * other possibility the reason tells. {@link unrecordedEvent} where that is not enough.
 */
export function stepEventOf(move: StepMove): string {
  const leading = eventsBetween(move.from, move.to);
  const byTime = leading.filter(isDeadline);
  const narrowed = leading.length < 2 ? leading : endedByTime(move.reason) ? byTime : leading.filter((name) => !isDeadline(name));
  const [only] = narrowed;
  return only !== undefined && narrowed.length === 1 ? only : unrecordedEvent;
}

function eventsBetween(from: string, to: string): readonly string[] {
  const goal = `${stepChart.id}.${to}`;
  const active = selfAndAncestors(`${stepChart.id}.${from}`);
  const leading = active.flatMap(({ transitions }) =>
    transitions.filter(({ targets }) => targets.some((path) => enters(path, goal))),
  );
  return [...new Set(leading.map(({ event }) => event))];
}

function selfAndAncestors(path: string): readonly ChartState[] {
  const words = path.split('.');
  return words.flatMap((_, index) => states.get(words.slice(0, words.length - index).join('.')) ?? []);
}

/** Whether entering a state, with its initial children, comes to the goal. */
function enters(path: string, goal: string): boolean {
  if (path === goal) return true;
  const initial = states.get(path)?.initial ?? null;
  return initial !== null && enters(initial, goal);
}

function isDeadline(event: string): boolean {
  return /deadline$/i.test(event);
}

function endedByTime(reason: Outcome | null): boolean {
  if (reason === null) return false;
  return reason.kind === 'timedOut' || ((reason.kind === 'approved' || reason.kind === 'rejected') && reason.byDefault);
}
