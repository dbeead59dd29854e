import type { RunId } from '../../schemas/ids.ts';
import { UserError } from '../errors.ts';
import type { StoredEvent } from './history-rows.ts';
import { openRunHistory } from './open-run-history.ts';
import { takenStepTransitions } from './taken-step-transitions.ts';
import { takenTransitions } from './taken-transitions.ts';
import type { StoreLayout } from '../store/layout.ts';
import { StoreError } from '../store/store-error.ts';
import type { Chart, ChartTransition } from '../charts/chart.ts';
import { isIgnored } from '../charts/transition-words.ts';
import { addCounts } from '../charts/taken/coverage-records.ts';
import type { TakenCounts } from '../charts/taken/coverage-records.ts';

/** The machines of ours whose past stands in the store of each run. */
export const machinesWithHistory = ['run', 'step'] as const;

/** One of {@link machinesWithHistory}. */
export type MachineWithHistory = (typeof machinesWithHistory)[number];

/** What runs tell of the transitions that they and their steps took. */
export interface TakenByRuns {
  readonly taken: ReadonlyMap<MachineWithHistory, TakenCounts>;
  /** How many runs were read, and how many events they have. */
  readonly runs: number;
  readonly events: number;
  /** Runs whose store cannot be read: their transitions are missing. */
  readonly unread: readonly { readonly run_id: string; readonly message: string }[];
}

const readers: Readonly<Record<MachineWithHistory, (chart: Chart, events: readonly StoredEvent[]) => TakenCounts>> = {
  run: takenTransitions,
  step: takenStepTransitions,
};

/**
 * Counts the transitions of these runs, as their events tell. One run is held in memory at a time; nothing is written or locked. A run that ended before
 * its first record is left out.
 */
export async function takenByRuns(
  layout: StoreLayout,
  runIds: readonly RunId[],
  charts: ReadonlyMap<MachineWithHistory, Chart>,
): Promise<TakenByRuns> {
  const taken = new Map([...charts.keys()].map((machine) => [machine, new Map<string, number>()]));
  const unread: { run_id: string; message: string }[] = [];
  let runs = 0;
  let eventCount = 0;
  for (const runId of runIds) {
    const events = await eventsOf(layout, runId);
    if (events === null) continue;
    if ('message' in events) {
      unread.push({ run_id: runId, message: events.message });
      continue;
    }
    runs += 1;
    eventCount += events.length;
    for (const [machine, chart] of charts)
      addCounts(taken.get(machine) ?? new Map<string, number>(), readers[machine](chart, events));
  }
  return { taken, runs, events: eventCount, unread };
}

/** No event tells that a run let a tool be called or wrote down what that cost, nor that it took an event without doing anything. */
export function leavesNoEvent(machine: string, transition: ChartTransition): boolean {
  if (machine === 'run' && (transition.event === 'CALL' || transition.event === 'SPEND')) return true;
  return isIgnored(transition);
}

/** Null for a run without a record. */
async function eventsOf(
  layout: StoreLayout,
  runId: RunId,
): Promise<readonly StoredEvent[] | { readonly message: string } | null> {
  try {
    const history = await openRunHistory(layout, runId);
    try {
      return history.events(0);
    } finally {
      await history.close();
    }
  } catch (error) {
    if (error instanceof UserError && error.code === 'run_never_began') return null;
    if (error instanceof StoreError) return { message: error.message };
    throw error;
  }
}
