import type { Chart, ChartTransition } from '../charts/chart.ts';
import { ChartWalk } from './chart-walk.ts';
import type { StoredEvent } from './history-rows.ts';

/** The guards of the step's chart that ask whether the engine lost sight of what it had started. */
const interruptedGuards: ReadonlySet<string | null> = new Set(['routesInterrupted', 'rerunsInterrupted', 'wasInterrupted']);

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'skipped']);

type StepChange = Extract<StoredEvent['document'], { kind: 'step_state_changed' }>['payload'];

/**
 * How often the steps of a run, all together, took each transition of the step's chart, by the transition's key, as the run's events tell (oldest first, all of
 * them). Where states leave more than one transition, the reason and the end of the attempt tell which it was; what they leave open as well is not counted.
 */
export function takenStepTransitions(chart: Chart, events: readonly StoredEvent[]): ReadonlyMap<string, number> {
  const walk = new ChartWalk(chart);
  /** By step what its attempt, or the check of it, ended with, until the change of state that follows from it. */
  const ended = new Map<string, string>();
  for (const { document } of events) {
    if (document.kind === 'tool_call_error') ended.set(document.payload.step_id, document.payload.outcome.kind);
    if (document.kind !== 'step_state_changed') continue;
    const { payload } = document;
    if (hadActor(payload)) walk.count(takenBy(walk, payload, ended.get(payload.step_id) === 'interrupted'));
    ended.delete(payload.step_id);
  }
  return walk.counts;
}

/** The others were settled before they had begun, or their actor broke: no transition of it led there. */
function hadActor({ to, duration_ms: durationMs }: StepChange): boolean {
  return durationMs !== undefined || !ends.has(to);
}

function takenBy(walk: ChartWalk, change: StepChange, wasInterrupted: boolean): ChartTransition | undefined {
  const leading = walk.leading(change.from ?? walk.start, change.to);
  const byTime = endedByTime(change);
  const fitting = leading.filter(
    ({ event, guard }) => isDeadline(event) === byTime && interruptedGuards.has(guard) === wasInterrupted,
  );
  // What is the only way needs no reason: an attempt that runs out of time says why only once it has been stopped.
  const found = leading.length > 1 ? fitting : leading;
  return found.length === 1 ? found[0] : undefined;
}

function isDeadline(event: string): boolean {
  return /deadline$/i.test(event);
}

function endedByTime({ reason }: StepChange): boolean {
  if (reason?.kind === 'timedOut') return reason.scope === 'step';
  return (reason?.kind === 'approved' || reason?.kind === 'rejected') && reason.byDefault;
}
