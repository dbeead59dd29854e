import type { RunEventKind } from '../../schemas/run-event.ts';
import type { RunRecord } from '../../schemas/run-record.ts';
import { invariant } from '../errors.ts';
import { statePath } from '../engine/run-event.ts';
import type { Row, SqlValue } from '../store/statement.ts';
import {
  toAttempt,
  toDefinition,
  toDocument,
  toEvent,
  toQuestion,
  toRunRecord,
  toSettings,
  toSnapshot,
  toStep,
} from './history-rows.ts';
import type {
  AskedQuestion,
  StoredAttempt,
  StoredDefinition,
  StoredDocument,
  StoredEvent,
  StoredSettings,
  StoredSnapshot,
  StoredStep,
} from './history-rows.ts';

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

  /** What else the run was started with: router configuration and phase. */
  settings(): StoredSettings {
    return toSettings(this.#single('select settings from definitions'));
  }

  /** The documents that the attempts of a step were made from, oldest first; none in runs of a version that did not route. */
  documents(stepId: string): StoredDocument[] {
    if (!this.#hasDocuments()) return [];
    return this.reader
      .query('select * from documents where step_id = ? order by created_at, document_id', stepId)
      .map(toDocument);
  }

  /** The events of these kinds that name the step, oldest first. */
  stepEvents(stepId: string, ...kinds: readonly RunEventKind[]): StoredEvent[] {
    const places = kinds.map(() => '?').join(', ');
    const sql = `select * from run_events where kind in (${places}) and json_extract(payload, '$.step_id') = ? order by sequence`;
    return this.reader.query(sql, ...kinds, stepId).map(toEvent);
  }

  /** The stored snapshot of the run's actor; null for a run that can never move again. */
  runSnapshot(): StoredSnapshot | null {
    const [row] = this.reader.query("select machine, version, snapshot from snapshots where actor_id = 'run'");
    return row === undefined ? null : toSnapshot(row);
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

  #hasDocuments(): boolean {
    return this.reader.query("select 1 from sqlite_master where type = 'table' and name = 'documents'").length > 0;
  }

  #single(sql: string): Row {
    const [row] = this.reader.query(sql);
    invariant(row, `the store of run ${this.runId} has no row for "${sql}"`);
    return row;
  }
}
