import { decodeTime } from 'ulid';
import type { RunId } from '../../schemas/ids.ts';
import type { StoreLayout } from './layout.ts';
import type { Row } from './statement.ts';
import { StoreError } from './store-error.ts';

/** One run as the index knows it; the columns of its table `runs`. Times are ISO 8601 in UTC, `counters` is JSON. */
export interface IndexRow {
  readonly run_id: RunId;
  readonly workflow_name: string;
  readonly project_id: string;
  /** A state of the run's chart, or `unreadable` for a run whose own store cannot be read (then `state_reason` says why). */
  readonly state: string;
  readonly state_reason: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly exit_code: number | null;
  readonly steps_total: number;
  readonly counters: string;
}

/** The columns of {@link IndexRow}, the key first. */
export const indexColumns = [
  'run_id',
  'workflow_name',
  'project_id',
  'state',
  'state_reason',
  'created_at',
  'started_at',
  'ended_at',
  'exit_code',
  'steps_total',
  'counters',
] as const satisfies readonly (keyof IndexRow)[];

const finalStates: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'quarantined']);

const fromRun =
  "select r.run_id, coalesce(d.workflow_name, '') as workflow_name, r.project_id, r.state, r.state_reason, r.created_at, r.started_at, " +
  "r.ended_at, r.exit_code, coalesce(json_extract(d.settings, '$.stepsTotal'), (select count(*) from steps)) as steps_total, r.counters " +
  'from runs r left join definitions d on d.run_id = r.run_id where r.run_id = ?';

/** Whether the run has ended. */
export function isFinal(row: IndexRow): boolean {
  return finalStates.has(row.state);
}

/** A row of a query that selects {@link indexColumns}. */
export function toIndexRow(row: Row): IndexRow {
  return row as unknown as IndexRow;
}

/** The row of a run from its own store; null when a crash came before its first record, `unreadable` when it is damaged. */
export async function readRunRow(layout: StoreLayout, runId: RunId): Promise<IndexRow | null> {
  const { openReader } = await import('./reader.ts');
  try {
    const reader = await openReader({ folder: layout.run(runId).folder, name: 'run' });
    try {
      const row = reader.sequence === 0 ? undefined : reader.query(fromRun, runId)[0];
      return row === undefined ? null : toIndexRow(row);
    } finally {
      reader.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.kind === 'missing' ? null : unreadableRow(runId, error);
  }
}

function unreadableRow(runId: RunId, error: StoreError): IndexRow {
  return {
    run_id: runId,
    workflow_name: '',
    project_id: '',
    state: 'unreadable',
    state_reason: error.message,
    created_at: new Date(decodeTime(runId)).toISOString(),
    started_at: null,
    ended_at: null,
    exit_code: null,
    steps_total: 0,
    counters: '{}',
  };
}
