import type { Durations, StatsReport, WorkflowFigures } from '../../schemas/cli/stats-report.ts';
import type { RunId } from '../../schemas/ids.ts';
import { runStateSchema } from '../../schemas/run-record.ts';
import { listRunIds, type StoreLayout } from '../store/layout.ts';
import { isOwned } from '../store/owner-lock.ts';
import { openReader } from '../store/reader.ts';
import { StoreError } from '../store/store-error.ts';
import { hasEnded } from './run-state.ts';

/** What the index of a store says of all runs together. */
export type RunFigures = Pick<StatsReport, 'runs' | 'workflows'>;

/** A run as far as figures need it. Times are ISO 8601 UTC. */
interface IndexedRun {
  readonly runId: RunId;
  readonly workflow: string;
  readonly state: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/**
 * Figures over all runs, from the index alone: the store of no run is opened, so that the cost follows the number of runs and not what is in
 * them. A run that ended with its process before the index heard of it counts as unattended. Zeros where there is no store yet.
 */
export async function readRunFigures(layout: StoreLayout): Promise<RunFigures> {
  const folders = new Set<string>(await listRunIds(layout));
  // A folder that is gone is a run that is being removed.
  const runs = (folders.size === 0 ? [] : await readIndex(layout)).filter((run) => folders.has(run.runId));
  const byState = Object.fromEntries(runStateSchema.options.map((state) => [state, 0]));
  for (const { state } of runs) byState[state] = (byState[state] ?? 0) + 1;
  const ended = runs.filter(({ state }) => hasEnded(state));
  return {
    runs: {
      total: runs.length,
      by_state: byState as StatsReport['runs']['by_state'],
      unattended: await countUnattended(layout, runs),
      unknown: folders.size - runs.length,
      ended: ended.length,
      success_rate: rate(countSucceeded(ended), ended.length),
    },
    workflows: workflowFigures(runs),
  };
}

/** A share of a whole; null of nothing. */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** The smallest value that `share` (0 to 1) of the values do not exceed: the nearest rank. The values are ascending, and there is one. */
function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0;
}

async function readIndex(layout: StoreLayout): Promise<IndexedRun[]> {
  try {
    const reader = await openReader({ folder: layout.root, name: 'index' });
    try {
      // A crash may have come before the first record, with the table in it.
      if (reader.sequence === 0) return [];
      return reader.query('select run_id, workflow_name, state, started_at, ended_at from runs').map((row) => ({
        runId: String(row['run_id']) as RunId,
        workflow: String(row['workflow_name']),
        state: String(row['state']),
        startedAt: row['started_at'] === null ? null : String(row['started_at']),
        endedAt: row['ended_at'] === null ? null : String(row['ended_at']),
      }));
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'missing') return [];
    throw error;
  }
}

async function countUnattended(layout: StoreLayout, runs: readonly IndexedRun[]): Promise<number> {
  let count = 0;
  for (const { runId, state } of runs) if (!hasEnded(state) && !(await isOwned(layout.run(runId).folder))) count += 1;
  return count;
}

function workflowFigures(runs: readonly IndexedRun[]): WorkflowFigures[] {
  const byName = new Map<string, IndexedRun[]>();
  for (const run of runs) {
    const own = byName.get(run.workflow);
    if (own === undefined) byName.set(run.workflow, [run]);
    else own.push(run);
  }
  return [...byName]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([workflow, own]) => {
      const ended = own.filter(({ state }) => hasEnded(state));
      const succeeded = countSucceeded(ended);
      return {
        workflow,
        runs: own.length,
        ended: ended.length,
        succeeded,
        success_rate: rate(succeeded, ended.length),
        durations: durationsOf(ended),
      };
    });
}

function countSucceeded(runs: readonly IndexedRun[]): number {
  return runs.filter(({ state }) => state === 'succeeded').length;
}

function durationsOf(ended: readonly IndexedRun[]): Durations | null {
  const took = ended.flatMap(({ startedAt, endedAt }) =>
    startedAt === null || endedAt === null ? [] : [Math.max(0, Date.parse(endedAt) - Date.parse(startedAt))],
  );
  if (took.length === 0) return null;
  const ascending = took.toSorted((a, b) => a - b);
  return {
    min_ms: ascending[0] ?? 0,
    mean_ms: ascending.reduce((sum, ms) => sum + ms, 0) / ascending.length,
    p50_ms: percentile(ascending, 0.5),
    p95_ms: percentile(ascending, 0.95),
    max_ms: ascending.at(-1) ?? 0,
  };
}
