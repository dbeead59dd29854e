import type { RunRecord } from '../../schemas/run-record.ts';
import type { IndexRow } from '../store/run-index.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { RunRow } from './rows.ts';

/** The document run_record.v1 of a row. */
export function runRecordOf(row: RunRow): RunRecord {
  return {
    run_id: row.runId,
    project_id: row.projectId,
    phase_id: row.phaseId,
    workstream_id: row.workstreamId,
    execution_request_id: null,
    created_at: row.createdAt,
    started_at: row.startedAt,
    ended_at: row.endedAt,
    state: row.state as RunRecord['state'],
    state_reason: row.stateReason,
    origin: row.origin as RunRecord['origin'],
    counters: row.counters as RunRecord['counters'],
    exit_code: row.exitCode,
    error_message: row.errorMessage,
    metadata: {},
  };
}

/** The run's row in the index. */
export function indexRowOf(run: LoadedRun, row: RunRow, stepsDone: number): IndexRow {
  return {
    run_id: run.runId,
    workflow_name: run.workflow.name,
    project_id: row.projectId,
    state: row.state,
    state_reason: row.stateReason,
    created_at: row.createdAt,
    started_at: row.startedAt,
    ended_at: row.endedAt,
    exit_code: row.exitCode,
    steps_total: run.plan.ids.length,
    counters: JSON.stringify({ ...row.counters, steps_done: stepsDone }),
  };
}
