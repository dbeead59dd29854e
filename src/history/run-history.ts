import type { RunRecord } from '../../schemas/run-record.ts';
import { invariant } from '../errors.ts';
import { statePath } from '../engine/run-event.ts';
import type { Row, SqlValue } from '../store/statement.ts';
import { toAttempt, toDefinition, toEvent, toQuestion, toRunRecord, toStep } from './history-rows.ts';
import type { AskedQuestion, StoredAttempt, StoredDefinition, StoredEvent, StoredStep } from './history-rows.ts';

/** The part of a store's reader that a history needs; `StoreReader` has it. */
export interface HistoryReader {
  query(sql: string, ...values: SqlValue[]): Row[];
  refresh(): Promise<boolean>;
  close(): void | Promise<void>;
}

/** Where the run chart stands: its state as a dotted path, and how many steps have ended, in any way. */
export interface ChartPosition {
  readonly state: string;
  readonly stepsDone: number;
}

/**
 * What the store of one run says, as documents. Everything is as of the last {@link RunHistory.refresh} (or the opening): what
 * two calls say fits together. It never writes, and needs no lock.
 */
export class RunHistory<Reader extends HistoryReader = HistoryReader> {
  readonly runId: string;
  readonly folder: string;
  readonly reader: Reader;

  constructor(runId: string, folder: string, reader: Reader) {
    this.runId = runId;
    this.folder = folder;
    this.reader = reader;
  }

  /** The run record. */
  run(): RunRecord {
    return toRunRecord(this.#single('select * from runs'));
  }

  /** What the run was started from. */
  definition(): StoredDefinition {
    return toDefinition(this.#single('select workflow_name, path, text, sha256, params from definitions'));
  }

  /** The steps that have a row: those that have started, and those that ended without starting; in the order of the file. */
  steps(): StoredStep[] {
    return this.reader.query('select * from steps order by position').map(toStep);
  }

  /** The attempts in the order in which they started; with `stepId` those of one step. */
  attempts(stepId?: string): StoredAttempt[] {
    const rows =
      stepId === undefined
        ? this.reader.query('select * from step_attempts order by sequence')
        : this.reader.query('select * from step_attempts where step_id = ? order by sequence', stepId);
    return rows.map(toAttempt);
  }

  /** The events after a sequence number (0: all), oldest first, at most `limit`. */
  events(afterSequence: number, limit = -1): StoredEvent[] {
    return this.reader
      .query('select * from run_events where sequence > ? order by sequence limit ?', afterSequence, limit)
      .map(toEvent);
  }

  /** The questions that steps have asked a person, by step. */
  questions(): Map<string, AskedQuestion> {
    const rows = this.reader.query("select payload from run_events where kind = 'approval_requested' order by sequence");
    return new Map(rows.map(toQuestion));
  }

  /** The sequence number of the newest event; 0 when there is none. */
  lastSequence(): number {
    const [row] = this.reader.query('select max(sequence) as last from run_events');
    return Number(row?.['last'] ?? 0);
  }

  /** Where the run chart stands. */
  chart(): ChartPosition {
    const [row] = this.reader.query("select snapshot from snapshots where actor_id = 'run'");
    const [ended] = this.reader.query(
      "select count(*) as done from steps where state in ('succeeded', 'failed', 'canceled', 'skipped')",
    );
    const stepsDone = Number(ended?.['done'] ?? 0);
    if (row === undefined) return { state: this.run().state, stepsDone };
    const snapshot = JSON.parse(String(row['snapshot'])) as { value?: unknown };
    return { state: statePath(snapshot.value ?? this.run().state), stepsDone };
  }

  /** How many steps the workflow has: as its first event says, else as many as have a row. */
  stepsTotal(): number {
    const [first] = this.reader.query("select payload from run_events where kind = 'run_created' order by sequence limit 1");
    const named = first === undefined ? undefined : (JSON.parse(String(first['payload'])) as { steps?: unknown }).steps;
    return typeof named === 'number' ? named : this.steps().length;
  }

  /** Takes in what was recorded since; true when there was something. */
  refresh(): Promise<boolean> {
    return this.reader.refresh();
  }

  /** Frees the reader. */
  async close(): Promise<void> {
    await this.reader.close();
  }

  #single(sql: string): Row {
    const [row] = this.reader.query(sql);
    invariant(row, `the store of run ${this.runId} has no row for "${sql}"`);
    return row;
  }
}
