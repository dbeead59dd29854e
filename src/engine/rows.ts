import type { Statement } from '../store/statement.ts';
import type { RunEventRow } from './run-event.ts';

/** One row of `steps`; `state` is a path of the chart while the step is active, its end afterwards. Times are ISO 8601 UTC. */
export interface StepRow {
  readonly stepId: string;
  readonly position: number;
  readonly state: string;
  readonly reason: object | null;
  readonly toolId: string | null;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly outputs: object | null;
}

/** What a new attempt is recorded with, before its tool starts. */
export interface AttemptRow {
  readonly attemptId: string;
  readonly runId: string;
  readonly sequence: number;
  readonly stepId: string;
  readonly attempt: number;
  readonly toolId: string;
  readonly requestId: string | null;
  readonly promptId: string | null;
  /** The check of the attempt's result that this is; null for the attempt itself. */
  readonly check: string | null;
  /** The folder of its files, below `attempts`. */
  readonly folder: string;
  readonly startedAt: string;
}

/** How an attempt ended. */
export interface AttemptEndRow {
  readonly sequence: number;
  readonly endedAt: string;
  readonly state: 'succeeded' | 'failed' | 'canceled';
  readonly reason: string;
  readonly exitCode: number | null;
  /** What is known of it beside its row: `outcome`, and where there is one `check`, `cost_usd`, `result`. */
  readonly metadata: object;
}

/** The row of the run itself. */
export interface RunRow {
  readonly runId: string;
  readonly projectId: string;
  readonly phaseId: string;
  readonly workstreamId: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly state: string;
  readonly stateReason: string | null;
  readonly origin: object;
  readonly counters: object;
  readonly exitCode: number | null;
  readonly errorMessage: string | null;
}

const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** Inserts or renews the row of a step. */
export function writeStep(row: StepRow): Statement {
  return [
    'insert into steps (step_id, position, state, reason, tool_id, attempts, started_at, ended_at, outputs) values (?, ?, ?, ?, ?, ?, ?, ?, ?) ' +
      'on conflict (step_id) do update set state = excluded.state, reason = excluded.reason, tool_id = excluded.tool_id, ' +
      'attempts = excluded.attempts, started_at = excluded.started_at, ended_at = excluded.ended_at, outputs = excluded.outputs',
    row.stepId,
    row.position,
    row.state,
    json(row.reason),
    row.toolId,
    row.attempts,
    row.startedAt,
    row.endedAt,
    json(row.outputs),
  ];
}

/** Inserts the row of an attempt that is about to start. */
export function beginAttempt(row: AttemptRow): Statement {
  return [
    'insert into step_attempts (step_attempt_id, run_id, sequence, step_id, attempt, tool_id, execution_request_id, prompt_id, started_at, ' +
      "state, outputs, metadata) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?)",
    row.attemptId,
    row.runId,
    row.sequence,
    row.stepId,
    row.attempt,
    row.toolId,
    row.requestId,
    row.promptId,
    row.startedAt,
    JSON.stringify({
      patch_ids: [],
      logs_path: `attempts/${row.folder}/log`,
      raw_response_path: row.requestId === null ? null : `attempts/${row.folder}/log`,
    }),
    JSON.stringify(row.check === null ? {} : { check: row.check }),
  ];
}

/** Completes the row of an attempt. */
export function endAttempt(row: AttemptEndRow): Statement {
  return [
    'update step_attempts set ended_at = ?, state = ?, state_reason = ?, exit_code = ?, metadata = ? where sequence = ?',
    row.endedAt,
    row.state,
    row.reason,
    row.exitCode,
    JSON.stringify(row.metadata),
    row.sequence,
  ];
}

/** Keeps a document that an attempt was made from; the same one again changes nothing. */
export function keepDocument(document: { id: string; kind: string; stepId: string; createdAt: string; body: string }): Statement {
  return [
    'insert into documents (document_id, kind, step_id, created_at, body) values (?, ?, ?, ?, ?) on conflict (document_id) do nothing',
    document.id,
    document.kind,
    document.stepId,
    document.createdAt,
    document.body,
  ];
}

/** Inserts or renews the row of the run. */
export function writeRun(row: RunRow): Statement {
  return [
    'insert into runs (run_id, project_id, phase_id, workstream_id, created_at, started_at, ended_at, state, state_reason, origin, counters, ' +
      "exit_code, error_message, metadata) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}') on conflict (run_id) do update set " +
      'started_at = excluded.started_at, ended_at = excluded.ended_at, state = excluded.state, state_reason = excluded.state_reason, ' +
      'counters = excluded.counters, exit_code = excluded.exit_code, error_message = excluded.error_message',
    row.runId,
    row.projectId,
    row.phaseId,
    row.workstreamId,
    row.createdAt,
    row.startedAt,
    row.endedAt,
    row.state,
    row.stateReason,
    JSON.stringify(row.origin),
    JSON.stringify(row.counters),
    row.exitCode,
    row.errorMessage,
  ];
}

/** Appends an event to the audit trail. */
export function appendEvent(row: RunEventRow): Statement {
  return [
    'insert into run_events (sequence, event_id, run_id, step_attempt_id, ts, kind, payload) values (?, ?, ?, ?, ?, ?, ?)',
    row.sequence,
    row.event_id,
    row.run_id,
    row.step_attempt_id,
    row.ts,
    row.kind,
    JSON.stringify(row.payload),
  ];
}

/** The name and version that a machine's snapshots are stored under. */
export function machineOf(machine: { readonly id: string; readonly version?: string | undefined }): {
  id: string;
  version: string;
} {
  return { id: machine.id, version: machine.version ?? '0.0.0' };
}

/** Keeps the snapshot of one actor, without its children. */
export function writeSnapshot(actorId: string, machine: { id: string; version: string }, snapshot: string): Statement {
  return [
    'insert into snapshots (actor_id, machine, version, snapshot) values (?, ?, ?, ?) on conflict (actor_id) do update set ' +
      'machine = excluded.machine, version = excluded.version, snapshot = excluded.snapshot',
    actorId,
    machine.id,
    machine.version,
    snapshot,
  ];
}

/** Drops the snapshot of an actor that has ended: its row says all that is left to know. */
export function dropSnapshot(actorId: string): Statement {
  return ['delete from snapshots where actor_id = ?', actorId];
}
