import { basename } from 'node:path';
import type { ExecutionRequest } from '../../schemas/execution-request.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { PromptInstance } from '../../schemas/prompt-instance.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import { BatchDecoder } from '../../src/store/batch.ts';
import { readRecord } from '../../src/store/record.ts';
import type { SqlValue, Statement } from '../../src/store/statement.ts';
import type { StepEndState } from '../../src/workflow/model.ts';
import type { Inode, SimulatedDisk } from './simulated-disk.ts';

interface Reading {
  readonly decoder: BatchDecoder;
  offset: number;
}

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'skipped']);

/** An attempt, or the execution of a check of its result, as it was recorded before its start. */
export interface RecordedAttempt {
  readonly attemptId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly toolId: string;
  readonly requestId: string | null;
  readonly promptId: string | null;
  /** The id of the check; null: the attempt itself. */
  readonly check: string | null;
  /** How it ended; null while it has not. */
  outcome: Outcome | null;
}

/**
 * What the worst loss of power would leave: read from the synced part of the journal's files whose names are synced, without the
 * store, without SQLite and without what the engine believes.
 */
export class SyncedFacts {
  /** By attempt id, oldest first. */
  readonly attempts = new Map<string, RecordedAttempt>();
  /** By the name of the attempt that a tool was picked for, such as `s1.2`. */
  readonly decisions = new Map<string, RouteDecision>();
  readonly requests = new Map<string, ExecutionRequest>();
  readonly prompts = new Map<string, PromptInstance>();
  /** How often a person has let the run go on. */
  unpauses = 0;
  /** Steps that wait until the run may spend more; those of them that a person has since let go on and that have not moved. */
  readonly held = new Set<string>();
  readonly letGo = new Set<string>();
  /** Event sequence -> event id. */
  readonly events = new Map<number, string>();
  /** Step id -> how it ended. */
  readonly ends = new Map<string, StepEndState>();
  readonly signals = new Set<string>();
  readonly #readings = new WeakMap<Inode, Reading>();
  readonly #inOrder: RecordedAttempt[] = [];

  /** Reads what has been synced since the last time. */
  update(disk: SimulatedDisk): void {
    for (const [path, inode] of disk.syncedNames) if (basename(path).startsWith('journal-')) this.#read(inode);
  }

  #read(inode: Inode): void {
    const reading = this.#readings.get(inode) ?? { decoder: new BatchDecoder(), offset: 0 };
    this.#readings.set(inode, reading);
    if (inode.syncedLength <= reading.offset) return;
    const bytes = inode.synced(reading.offset);
    let used = 0;
    for (let record = readRecord(bytes, 0); record !== null; record = readRecord(bytes, used)) {
      if (record.kind === 'batch')
        for (const statement of reading.decoder.decode(record.payload).statements) this.#take(statement);
      used = record.end;
    }
    reading.offset += used;
  }

  #take([sql, ...values]: Statement): void {
    if (sql.startsWith('insert into step_attempts')) this.#begin(values);
    else if (sql.startsWith('update step_attempts')) {
      const ended = this.#inOrder[Number(values[5]) - 1];
      if (ended !== undefined) ended.outcome = (JSON.parse(String(values[4])) as { outcome: Outcome }).outcome;
    } else if (sql.startsWith('insert into run_events')) {
      this.events.set(Number(values[0]), String(values[1]));
      if (values[5] === 'route_decided') this.#decided(String(values[6]));
    } else if (sql.startsWith('insert into signals')) {
      this.signals.add(String(values[0]));
      if (values[1] === 'unpause' && values[5] === 1) this.#unpaused();
    } else if (sql.startsWith('insert into steps')) {
      this.#moved(String(values[0]), String(values[2]));
    } else if (sql.startsWith('insert into documents')) {
      const documents: Map<string, unknown> = values[1] === 'execution_request' ? this.requests : this.prompts;
      documents.set(String(values[0]), JSON.parse(String(values[4])));
    }
  }

  #unpaused(): void {
    this.unpauses += 1;
    for (const stepId of this.held) this.letGo.add(stepId);
  }

  #moved(stepId: string, state: string): void {
    if (ends.has(state)) this.ends.set(stepId, state as StepEndState);
    if (state === 'held') this.held.add(stepId);
    else for (const waiting of [this.held, this.letGo]) waiting.delete(stepId);
  }

  #begin(values: readonly SqlValue[]): void {
    const text = (value: SqlValue | undefined): string | null => (typeof value === 'string' ? value : null);
    const begun: RecordedAttempt = {
      attemptId: String(values[0]),
      stepId: String(values[3]),
      attempt: Number(values[4]),
      toolId: String(values[5]),
      requestId: text(values[6]),
      promptId: text(values[7]),
      check: (JSON.parse(String(values[10])) as { check?: string }).check ?? null,
      outcome: null,
    };
    this.attempts.set(begun.attemptId, begun);
    this.#inOrder[Number(values[2]) - 1] = begun;
  }

  #decided(payload: string): void {
    const {
      step_id: stepId,
      attempt,
      decision,
    } = JSON.parse(payload) as Readonly<{
      step_id: string;
      attempt: number;
      decision: RouteDecision;
    }>;
    this.decisions.set(`${stepId}.${String(attempt)}`, decision);
  }
}

/** Bytes that a writer left unfinished, as the next opening should report them: after the last whole record, or of a segment without a header. */
export function hasTornTail(disk: SimulatedDisk): boolean {
  const segments = [...disk.names].filter(([path]) => basename(path).startsWith('journal-')).sort(([a], [b]) => (a < b ? -1 : 1));
  let lastTorn = false;
  for (const [, inode] of segments) {
    const bytes = inode.read();
    let used = 0;
    for (let record = readRecord(bytes, 0); record !== null; record = readRecord(bytes, used)) used = record.end;
    if (used === 0 && bytes.length > 0) return true;
    if (used > 0) lastTorn = used < bytes.length;
  }
  return lastTorn;
}
