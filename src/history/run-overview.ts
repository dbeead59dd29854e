import { StoreError } from '../store/store-error.ts';
import { isOwned } from '../store/owner-lock.ts';
import type { StoreLayout } from '../store/layout.ts';
import { listRuns } from '../store/run-index.ts';
import type { IndexRow, RunFilter } from '../store/run-index.ts';
import type { RunListItem } from '../../schemas/cli/run-list.ts';
import { openRunHistory } from './open-run-history.ts';
import { hasEnded, shownState } from './run-state.ts';

/** Which runs are wanted: `state` as it is shown, the rest as in the index. */
export interface OverviewFilter extends Omit<RunFilter, 'state'> {
  readonly state?: RunListItem['state'];
  readonly limit: number;
}

/**
 * Runs as `ls` shows them, newest first. Runs that have ended come from the index alone; only for the few that have not is
 * the store of the run opened too, to tell a paused one from an interrupted one and to count its steps.
 */
export async function overviewRuns(layout: StoreLayout, filter: OverviewFilter, nowMs: number): Promise<RunListItem[]> {
  const { state, limit } = filter;
  const rows = await listRuns(layout, indexFilter(filter));
  const items: RunListItem[] = [];
  for (const row of rows) {
    if (!mayBe(row, state)) continue;
    const item = hasEnded(row.state) || row.state === 'unreadable' ? endedItem(row) : await openItem(layout, row, nowMs);
    if (state === undefined || item.state === state) items.push(item);
    if (items.length === limit) break;
  }
  return items;
}

/** Ended states are stored as they are shown; the others are told apart only later, so the index cannot filter or count them. */
function indexFilter({ state, limit, ...narrow }: OverviewFilter): RunFilter {
  if (state === undefined) return { ...narrow, limit };
  return hasEnded(state) ? { ...narrow, state, limit } : narrow;
}

/** Saves opening the stores of runs that cannot be in the wanted state. */
function mayBe(row: IndexRow, state: RunListItem['state'] | undefined): boolean {
  return state === undefined || hasEnded(state) || !hasEnded(row.state);
}

function endedItem(row: IndexRow): RunListItem {
  const durationMs =
    row.started_at === null || row.ended_at === null ? null : Date.parse(row.ended_at) - Date.parse(row.started_at);
  const known = (JSON.parse(row.counters) as { steps_done?: unknown }).steps_done;
  const done = typeof known === 'number' ? known : row.state === 'succeeded' ? row.steps_total : null;
  return item(row, { state: row.state as RunListItem['state'], durationMs, done, total: row.steps_total });
}

async function openItem(layout: StoreLayout, row: IndexRow, nowMs: number): Promise<RunListItem> {
  const owned = await isOwned(layout.run(row.run_id).folder);
  try {
    const history = await openRunHistory(layout, row.run_id);
    try {
      const run = history.run();
      const chart = history.chart();
      const state = shownState(run.state, chart.state, owned);
      const endMs = run.ended_at === null ? nowMs : Date.parse(run.ended_at);
      const durationMs = run.started_at === null || state === 'interrupted' ? null : endMs - Date.parse(run.started_at);
      const current = {
        ...row,
        state_reason: run.state_reason,
        started_at: run.started_at,
        ended_at: run.ended_at,
        exit_code: run.exit_code,
      };
      return item(current, { state, durationMs, done: chart.stepsDone, total: history.stepsTotal() });
    } finally {
      await history.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return item(
      { ...row, state_reason: error.message },
      { state: 'unreadable', durationMs: null, done: null, total: row.steps_total },
    );
  }
}

function item(
  row: IndexRow,
  figures: {
    readonly state: RunListItem['state'];
    readonly durationMs: number | null;
    readonly done: number | null;
    readonly total: number;
  },
): RunListItem {
  return {
    run_id: row.run_id,
    workflow: row.workflow_name,
    project_id: row.project_id,
    state: figures.state,
    state_reason: row.state_reason,
    created_at: row.created_at,
    started_at: row.started_at,
    ended_at: row.ended_at,
    duration_ms: figures.durationMs === null ? null : Math.max(0, figures.durationMs),
    exit_code: row.exit_code,
    steps_done: figures.done,
    steps_total: figures.total,
  };
}
