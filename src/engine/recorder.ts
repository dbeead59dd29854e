import type { AnyActorRef, InspectionEvent, SnapshotFrom } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import type { stepMachine } from '../../machines/step.ts';
import type { Statement } from '../store/statement.ts';
import { appendEvent, dropSnapshot, machineOf, writeRun, writeSnapshot, type RunRow } from './rows.ts';
import { iso, type RunEventRow } from './run-event.ts';
import type { Clock, Entropy } from './ports.ts';
import { RunLedger } from './run-ledger.ts';
import type { StepLedger } from './step-ledger.ts';

type RunSnapshot = SnapshotFrom<typeof runMachine>;

/** The part of the store that recording needs. */
export interface RecordStore {
  transact(statements: readonly Statement[]): number;
  durable(): Promise<void>;
}

/** What a recorder is told once. */
export interface RecorderOptions {
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly run: RunRow;
  /** Where the stored history ends: sequence numbers of the last event and attempt, and the latest time seen. */
  readonly after: { readonly event: number; readonly attempt: number; readonly failures: number; readonly latestMs: number };
  /** Called at the end of each synchronous turn, before it is committed: what it sends belongs to the same transaction. */
  readonly onTurn: () => void;
  /** Called with the events of a turn once its record is synced; `caughtUp` when nothing has happened since. */
  readonly onSynced: (events: readonly RunEventRow[], caughtUp: boolean) => void;
  /** Called once when recording cannot go on. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Turns what the actors do into rows. The inspector marks actors and buffers events during a synchronous turn of XState; a
 * microtask afterwards commits them together as one transaction of the store, so that a child's end and its parent's answer are
 * never split. Effects wait for {@link durable}.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #steps: StepLedger;
  readonly #run: RunLedger;
  #root: AnyActorRef | null = null;
  #rootDirty = false;
  #events: RunEventRow[] = [];
  #statements: Statement[] = [];
  #sequence: number;
  #latestMs: number;
  #commits = 0;
  /** The last of the commits that is on disk. */
  #synced = 0;
  #turn: Promise<void> | null = null;
  #closed = false;

  constructor(options: RecorderOptions, runState: string, steps: StepLedger) {
    this.#options = options;
    this.#run = new RunLedger(options.run, runState);
    this.#sequence = options.after.event;
    this.#latestMs = options.after.latestMs;
    this.#steps = steps;
  }

  /** Wall-clock milliseconds, never less than a time that was recorded before. */
  nowMs(): number {
    this.#latestMs = Math.max(this.#latestMs, this.#options.clock.nowMs());
    return this.#latestMs;
  }

  /** The run's row as it was last recorded. */
  get run(): RunRow {
    return this.#run.row;
  }

  /** The listener for `createActor`'s `inspect`. It never throws: an exception there would wedge the actor for good. */
  readonly inspect = (inspection: InspectionEvent): void => {
    if (this.#closed) return;
    try {
      if (inspection.type === '@xstate.microstep')
        this.#seen(inspection.actorRef as AnyActorRef, inspection.event, inspection.snapshot);
      else if (inspection.type === '@xstate.snapshot' && inspection.event.type === 'xstate.init') {
        // What an actor ends in with its very first step was seen as that step.
        if (inspection.snapshot.status === 'active')
          this.#seen(inspection.actorRef as AnyActorRef, inspection.event, inspection.snapshot);
      }
    } catch (error) {
      this.fail(error);
    }
  };

  /** Adds an event of no actor to the current turn. */
  note(kind: string, payload: Readonly<Record<string, unknown>>): void {
    this.#append(kind, payload, null);
    this.requestTurn();
  }

  /** Adds statements to the current turn. */
  write(statements: readonly Statement[]): void {
    this.#statements.push(...statements);
    this.requestTurn();
  }

  /** Records a step that ended without ever having an actor. */
  settleWaiting(stepId: string, end: 'skipped' | 'canceled', reason: object): void {
    this.write([this.#steps.settleWaiting(stepId, end, reason, this.nowMs())]);
    this.#append('step_state_changed', { step_id: stepId, from: null, to: end, reason }, null);
  }

  /** The attempt that a step is on: the ulid that its processes carry. */
  attemptIdOf(stepId: string): string {
    return this.#steps.attemptIdOf(stepId);
  }

  /** The attempt of the tool, also while a check of it is made. */
  toolAttemptIdOf(stepId: string): string {
    return this.#steps.toolAttemptIdOf(stepId);
  }

  /** When that attempt was recorded. */
  attemptStartedAtMsOf(stepId: string): number {
    return this.#steps.attemptStartedAtMsOf(stepId);
  }

  /** Makes sure that a turn ends soon, although no actor may have moved. */
  requestTurn(): void {
    if (this.#closed) return;
    this.#turn ??= Promise.resolve().then(() => this.#endTurn());
  }

  /** Whether everything that has happened so far is on disk. */
  get isCaughtUp(): boolean {
    return this.#turn === null && this.#synced === this.#commits;
  }

  /** Resolves when everything that has happened so far is on disk; never resolves once recording has failed. */
  async durable(): Promise<void> {
    while (this.#turn !== null) await this.#turn;
    if (this.#closed) await new Promise<never>(() => undefined);
    try {
      await this.#options.store.durable();
    } catch (error) {
      this.fail(error);
      await new Promise<never>(() => undefined);
    }
  }

  /** Hands what has happened in this turn to the store without waiting for the turn's end. */
  commitNow(): void {
    try {
      if (!this.#closed) this.#commit();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Stops recording for good: what the actors do from now on is not seen. */
  close(): void {
    this.#closed = true;
  }

  /** Ends recording because of a fault, once. */
  fail(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onFailure(error);
  }

  #seen(actor: AnyActorRef, event: { readonly type: string }, snapshot: unknown): void {
    if (actor.id === 'run') {
      this.#root = actor;
      this.#seenRun(event, snapshot as RunSnapshot);
    } else if (actor.id.startsWith('step.')) {
      const changes = this.#steps.seen(actor, event, snapshot as SnapshotFrom<typeof stepMachine>, this.nowMs());
      this.#statements.push(...changes.statements);
      for (const change of changes.events) this.#append(change.kind, change.payload, change.attemptId);
    } else return;
    this.requestTurn();
  }

  #seenRun(event: { readonly type: string }, snapshot: RunSnapshot): void {
    this.#rootDirty = true;
    if (event.type.startsWith('xstate.error.actor.step.')) this.#lostStep(event);
    const change = this.#run.seen(event, snapshot, this.nowMs());
    if (change !== null) this.#append(change.kind, change.payload, null);
  }

  #lostStep(event: { readonly type: string; readonly error?: unknown }): void {
    const stepId = event.type.slice('xstate.error.actor.step.'.length);
    const changes = this.#steps.lost(stepId, String(event.error), this.nowMs());
    this.#statements.push(...changes.statements);
    for (const change of changes.events) this.#append(change.kind, change.payload, change.attemptId);
  }

  #append(kind: string, payload: Readonly<Record<string, unknown>>, attemptId: string | null): void {
    const now = this.nowMs();
    this.#events.push({
      sequence: ++this.#sequence,
      event_id: this.#options.entropy.ulid(now),
      run_id: this.#run.row.runId,
      step_attempt_id: attemptId,
      ts: iso(now),
      kind,
      payload,
    });
  }

  #endTurn(): void {
    try {
      if (!this.#closed) this.#options.onTurn();
      this.#turn = null;
      if (!this.#closed) this.#commit();
    } catch (error) {
      this.#turn = null;
      this.fail(error);
    }
  }

  #commit(): void {
    const statements = this.#statements;
    const events = this.#events;
    if (statements.length === 0 && events.length === 0 && !this.#rootDirty) return;
    this.#statements = [];
    this.#events = [];
    statements.push(...this.#steps.flush());
    if (this.#rootDirty && this.#root !== null) statements.push(this.#rootSnapshot(this.#root));
    const row = this.#run.takeChanged(this.#steps.counters());
    if (row !== null) statements.push(writeRun(row));
    for (const event of events) statements.push(appendEvent(event));
    this.#rootDirty = false;
    const commit = ++this.#commits;
    this.#options.store.transact(statements);
    this.#options.store.durable().then(
      () => {
        this.#synced = commit;
        this.#options.onSynced(events, this.isCaughtUp);
      },
      (error: unknown) => this.fail(error),
    );
  }

  #rootSnapshot(root: AnyActorRef): Statement {
    const snapshot = root.getSnapshot() as RunSnapshot;
    if (snapshot.hasTag('ended') && snapshot.status === 'done') return dropSnapshot('run');
    const persisted = runMachine.getPersistedSnapshot({ ...snapshot, children: keepInvoked(snapshot) });
    return writeSnapshot('run', machineOf(runMachine), JSON.stringify(persisted));
  }
}

/** Step actors have rows of their own; what the run itself invoked (its timeout) stays part of its snapshot. */
function keepInvoked(snapshot: RunSnapshot): RunSnapshot['children'] {
  const deadline = (snapshot.children as Record<string, AnyActorRef | undefined>)['deadline'];
  return deadline === undefined ? {} : { deadline };
}
