import { join } from 'node:path';
import type { OwnerLock } from '../store/owner-lock.ts';
import type { Recovery, Store } from '../store/store.ts';
import type { StoreLayout } from '../store/layout.ts';
import { recordRun } from '../store/run-index.ts';
import { keepCompiled } from './compiled-definition.ts';
import { writeDefinition } from './definition.ts';
import { Engine, type EngineEnd } from './engine.ts';
import { InboxReader } from './inbox-reader.ts';
import { watchInbox } from './inbox.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { AttemptPort, AttemptSpec, Clock, Entropy, OutputReader, RoutePort } from './ports.ts';
import type { EndedStep, RestoredRun } from './restore.ts';
import type { RunEventRow } from './run-event.ts';
import { indexRowOf } from './run-record.ts';
import { writeRun, type RunRow } from './rows.ts';
import type { Signal, SignalAnswer } from './signal.ts';
/** What every session needs of its caller. */
export interface SessionWorld {
  readonly layout: StoreLayout;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly attempts: AttemptPort;
  readonly readOutputs: OutputReader;
  /** Opens what picks the tools of a run in which tasks are routed. */
  readonly openRoutes: (run: LoadedRun) => Promise<RoutePort>;
  /** Every event of this session, in order, once it is on disk. */
  readonly onEvents: (events: readonly RunEventRow[]) => void;
}

/** What a process that a step has left running gets between TERM and KILL, in milliseconds. */
const longestSweepMs = 1000;
const shortestSweepMs = 200;

const stoppingStates = /^running\.(draining|canceling|aborting|quarantining)/;

/**
 * One engine process's hold on one run: its lock, its store, its engine, its inbox; and the run's row in the index. `src/simulate/simulated-engine.ts`
 * repeats the order of opening, starting and taking commands in, and is to be kept alike.
 */
export class RunSession {
  readonly run: LoadedRun;
  /** What opening the store found. */
  readonly recovery: Recovery;
  /** The steps that had ended when the session was opened, in the order of the plan. */
  readonly endedBefore: readonly EndedStep[];
  readonly #world: SessionWorld;
  readonly #lock: OwnerLock;
  readonly #store: Store;
  readonly #routes: RoutePort;
  readonly #engine: Engine;
  readonly #inbox: InboxReader;
  readonly #watching = new AbortController();
  #indexed: Promise<void> = Promise.resolve();
  #kept: Promise<void> = Promise.resolve();
  readonly #resumed: boolean;
  readonly #isKept: boolean;
  #finishing = false;
  #trouble: Error | null = null;
  #interrupted: readonly AttemptSpec[] = [];
  /** When the stopping of the run began, by the monotonic clock; null while nobody stops it. */
  #stoppingSinceMs: number | null = null;

  constructor(
    parts: {
      run: LoadedRun;
      row: RunRow;
      restored: RestoredRun | null;
      lock: OwnerLock;
      store: Store;
      recovery: Recovery;
      routes: RoutePort;
      /** The checked workflow stands beside the store already. */
      isKept: boolean;
    },
    world: SessionWorld,
  ) {
    this.run = parts.run;
    this.recovery = parts.recovery;
    this.endedBefore = parts.restored?.endedRows ?? [];
    this.#world = world;
    this.#lock = parts.lock;
    this.#store = parts.store;
    this.#routes = parts.routes;
    this.#resumed = parts.restored !== null;
    this.#isKept = parts.isKept;
    const onEvents = (events: readonly RunEventRow[]): void => {
      if (this.#stoppingSinceMs === null && events.some(beginsStopping)) this.#stoppingSinceMs = world.clock.monotonicMs();
      world.onEvents(events);
    };
    this.#engine = new Engine(
      parts.run,
      parts.row,
      { ...world, store: parts.store, routes: parts.routes, onEvents },
      parts.restored,
    );
    const applied = parts.restored?.appliedSignals ?? [];
    this.#inbox = new InboxReader(
      { folder: join(parts.run.folder, 'inbox'), engine: this.#engine, store: parts.store, applied },
      this.#watching.signal,
    );
  }

  /** What kept the run from being put away after its end (the database files, the index); null when nothing did. */
  get trouble(): Error | null {
    return this.#trouble;
  }

  /** The run's row as it was last recorded. */
  get row(): RunRow {
    return this.#engine.row;
  }

  /** Where the run's chart stands, as a dotted path. */
  get state(): string {
    return this.#engine.state;
  }

  /** Starts the engine and carries the run to its end, or to where it waits for a person. Leaves nothing open. */
  async carryOn(): Promise<EngineEnd> {
    this.#start({ hold: this.#resumed });
    this.#noteRecovery();
    if (this.#resumed) {
      // What a person has said while nobody ran the run comes first: it may be what the run waits for.
      await this.#inbox.apply();
      this.#engine.release();
    }
    // The index is a cache, and the row is written again at the end: without this one the run goes on all the same.
    this.#indexed = this.#index(this.#engine.row, false).catch(() => undefined);
    // Not before the first steps run: it takes a moment for a large workflow, and nothing depends on it.
    if (!this.#isKept) {
      void this.#engine.durable().then(() => {
        this.#kept = keepCompiled(this.run);
      });
    }
    watchInbox(this.#inbox.folder, () => this.#inbox.apply(), this.#watching.signal);
    try {
      const end = await this.#engine.finished;
      await this.#finish(end.row);
      return end;
    } catch (error) {
      await this.#abandon();
      throw error;
    }
  }

  /** Applies one command without letting any step go on; the run stays as it is otherwise. Leaves nothing open. */
  async applyOnly(signal: Signal): Promise<SignalAnswer> {
    this.#start({ hold: true });
    const answer = await this.#orAbandon(this.#inbox.applyOnce(signal));
    this.#engine.halt();
    await this.#finish(this.#engine.row);
    return answer;
  }

  /** Applies one command and carries the run on from there. Leaves nothing open. */
  async applyAndCarryOn(signal: Signal): Promise<SignalAnswer> {
    this.#start({ hold: true });
    const answer = await this.#orAbandon(this.#inbox.applyOnce(signal));
    if (!answer.accepted) {
      this.#engine.halt();
      await this.#finish(this.#engine.row);
      return answer;
    }
    this.#engine.release();
    const end = await this.#orAbandon(this.#engine.finished);
    await this.#finish(end.row);
    return answer;
  }

  /** A failure while the engine works ends this process's part; the run stays as recorded. */
  async #orAbandon<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      await this.#abandon();
      throw error;
    }
  }

  /**
   * Ends this process's part: its tools are stopped (TERM, grace, KILL), the run stays as recorded and can be resumed. False when
   * the run is over already and only has to be put away: then nothing is done.
   */
  async interrupt(signal: string): Promise<boolean> {
    if (this.#finishing || this.#engine.isOver) return false;
    this.#watching.abort();
    this.#engine.note('run_interrupted', { signal, state: this.#engine.state });
    const running = this.#engine.halt();
    this.#interrupted = running;
    this.#stoppingSinceMs = this.#world.clock.monotonicMs();
    await Promise.all(running.map((attempt) => this.#world.attempts.stop(attempt)));
    await this.#sweep();
    await this.#abandon();
    return true;
  }

  /** Makes short work of an interrupt that is under way: KILL at once. */
  async killNow(): Promise<void> {
    const { attempts } = this.#world;
    await Promise.all(this.#interrupted.map((attempt) => attempts.stop({ ...attempt, graceMs: 0 })));
    await attempts.sweep(this.run.folder, 0);
  }

  /** What makes a new run known stands in the record of its first transition: alone it could not be taken up again. */
  #start(options: { readonly hold?: boolean } = {}): void {
    this.#engine.start(options);
    if (!this.#resumed) this.#engine.record([writeRun(this.#engine.row), writeDefinition(this.run)]);
  }

  #noteRecovery(): void {
    const { tornTail } = this.recovery;
    if (tornTail === null) return;
    const text = `the last record of the journal was not finished when the engine ended; ${String(tornTail.bytes)} bytes were cut`;
    this.#engine.note('note', { text, file: tornTail.file, offset: tornTail.offset });
  }

  /** Stops what the steps have left running, wherever it went: within the grace, counted from when the stopping of the run began. */
  async #sweep(): Promise<void> {
    const { clock, attempts } = this.#world;
    const leftMs =
      this.#stoppingSinceMs === null ? longestSweepMs : this.#stoppingSinceMs + this.run.graceMs - clock.monotonicMs();
    await attempts.sweep(this.run.folder, Math.max(shortestSweepMs, Math.min(longestSweepMs, leftMs)));
  }

  /** Puts the run away. What fails now is kept in {@link trouble}: how the run ended is on disk already. */
  async #finish(row: RunRow): Promise<void> {
    this.#finishing = true;
    this.#watching.abort();
    try {
      if (row.endedAt !== null) await this.#sweep();
      await Promise.all([this.#indexed, this.#kept]);
      await this.#store.close();
      await this.#index(row, row.endedAt !== null);
    } catch (error) {
      this.#trouble = asError(error);
    } finally {
      await this.#routes.close().catch((error: unknown) => (this.#trouble ??= asError(error)));
      await this.#lock.release();
    }
  }

  async #abandon(): Promise<void> {
    this.#watching.abort();
    await Promise.all([this.#indexed, this.#kept]);
    await this.#store.close({ checkpoint: false }).catch(() => undefined);
    await this.#routes.close().catch(() => undefined);
    await this.#lock.release();
  }

  #index(row: RunRow, ended: boolean): Promise<void> {
    return recordRun(this.#world.layout, indexRowOf(this.run, row, this.#engine.stepsDone), { checkpoint: ended });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function beginsStopping({ kind, payload }: RunEventRow): boolean {
  return kind === 'run_state_changed' && stoppingStates.test(String(payload['to']));
}
