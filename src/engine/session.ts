import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import { exitCodes, UserError } from '../errors.ts';
import { acquireOwnerLock, type OwnerLock } from '../store/owner-lock.ts';
import { openStore, type Recovery, type Store } from '../store/store.ts';
import { loadMigrations } from '../store/migrations.ts';
import { createLayout, createRunFolder, type StoreLayout } from '../store/layout.ts';
import { recordRun } from '../store/run-index.ts';
import { readDefinition, readRunRow, writeDefinition } from './definition.ts';
import { Engine, type EngineEnd } from './engine.ts';
import { readInbox, removeSignal, watchInbox } from './inbox.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { AttemptPort, AttemptSpec, Clock, Entropy, OutputReader } from './ports.ts';
import { restoreRun, type EndedStep, type RestoredRun } from './restore.ts';
import { iso, type RunEventRow } from './run-event.ts';
import { writeRun, type RunRow } from './rows.ts';
import type { Signal, SignalAnswer } from './signal.ts';

/** What every session needs of its caller. */
export interface SessionWorld {
  readonly layout: StoreLayout;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly attempts: AttemptPort;
  readonly readOutputs: OutputReader;
  /** Every event of this session, in order, once it is on disk. */
  readonly onEvents: (events: readonly RunEventRow[]) => void;
}

/** A new run, before it is stored. */
export interface NewRun extends Omit<LoadedRun, 'folder'> {
  readonly projectId: string;
  readonly origin: object;
}

/** One engine process's hold on one run: its lock, its store, its engine, its inbox; and the run's row in the index. */
export class RunSession {
  readonly run: LoadedRun;
  /** What opening the store found. */
  readonly recovery: Recovery;
  /** The steps that had ended when the session was opened, in the order of the plan. */
  readonly endedBefore: readonly EndedStep[];
  readonly #world: SessionWorld;
  readonly #lock: OwnerLock;
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #applied: Set<string>;
  readonly #watching = new AbortController();
  #indexed: Promise<void> = Promise.resolve();
  #finishing = false;
  #interrupted: readonly AttemptSpec[] = [];

  constructor(
    parts: { run: LoadedRun; row: RunRow; restored: RestoredRun | null; lock: OwnerLock; store: Store; recovery: Recovery },
    world: SessionWorld,
  ) {
    this.run = parts.run;
    this.recovery = parts.recovery;
    this.endedBefore = parts.restored?.endedRows ?? [];
    this.#world = world;
    this.#lock = parts.lock;
    this.#store = parts.store;
    this.#applied = new Set(parts.restored?.appliedSignals);
    this.#engine = new Engine(parts.run, parts.row, { ...world, store: parts.store }, parts.restored);
    if (parts.restored === null) this.#engine.record([writeRun(parts.row), writeDefinition(parts.run)]);
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
    this.#engine.start();
    this.#noteRecovery();
    this.#indexed = this.#index(this.#engine.row, false);
    watchInbox(join(this.run.folder, 'inbox'), () => this.#applyInbox(), this.#watching.signal);
    void this.#engine.durable().then(() => this.#store.warm().catch(() => undefined));
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
    this.#engine.start({ hold: true });
    const answer = await this.#engine.apply(signal);
    this.#engine.halt();
    await this.#finish(this.#engine.row);
    return answer;
  }

  /** Applies one command and carries the run on from there. Leaves nothing open. */
  async applyAndCarryOn(signal: Signal): Promise<{ readonly answer: SignalAnswer; readonly end: EngineEnd | null }> {
    this.#engine.start({ hold: true });
    const answer = await this.#engine.apply(signal);
    if (!answer.accepted) {
      this.#engine.halt();
      await this.#finish(this.#engine.row);
      return { answer, end: null };
    }
    this.#engine.release();
    try {
      const end = await this.#engine.finished;
      await this.#finish(end.row);
      return { answer, end };
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
    await Promise.all(running.map((attempt) => this.#world.attempts.stop(attempt)));
    await this.#abandon();
    return true;
  }

  /** Makes short work of an interrupt that is under way: KILL at once. */
  async killNow(): Promise<void> {
    await Promise.all(this.#interrupted.map((attempt) => this.#world.attempts.stop({ ...attempt, graceMs: 0 })));
  }

  #noteRecovery(): void {
    const { tornTail } = this.recovery;
    if (tornTail === null) return;
    const text = `the last record of the journal was not finished when the engine ended; ${String(tornTail.bytes)} bytes were cut`;
    this.#engine.note('note', { text, file: tornTail.file, offset: tornTail.offset });
  }

  async #applyInbox(): Promise<void> {
    const inbox = join(this.run.folder, 'inbox');
    for (const found of await readInbox(inbox)) {
      if (this.#watching.signal.aborted) return;
      if ('problem' in found) {
        this.#engine.note('note', { text: `a command in the inbox cannot be read and was removed: ${found.file}: ${found.problem}` });
        await rm(join(inbox, found.file), { force: true });
        continue;
      }
      if (!this.#applied.has(found.id)) {
        this.#applied.add(found.id);
        await this.#engine.apply(found);
      }
      await removeSignal(inbox, found.id);
    }
  }

  async #finish(row: RunRow): Promise<void> {
    this.#finishing = true;
    this.#watching.abort();
    try {
      if (row.endedAt !== null) await this.#world.attempts.sweep(this.run.runId);
      await this.#indexed;
      await this.#store.close();
      await this.#index(row, row.endedAt !== null);
    } finally {
      await this.#lock.release();
    }
  }

  async #abandon(): Promise<void> {
    this.#watching.abort();
    await this.#indexed.catch(() => undefined);
    await this.#store.close({ checkpoint: false }).catch(() => undefined);
    await this.#lock.release();
  }

  #index(row: RunRow, ended: boolean): Promise<void> {
    return recordRun(
      this.#world.layout,
      {
        run_id: this.run.runId,
        workflow_name: this.run.workflow.name,
        project_id: row.projectId,
        state: row.state,
        state_reason: row.stateReason,
        created_at: row.createdAt,
        started_at: row.startedAt,
        ended_at: row.endedAt,
        exit_code: row.exitCode,
        steps_total: this.run.plan.ids.length,
        counters: JSON.stringify({ ...row.counters, steps_done: this.#engine.stepsDone }),
      },
      { checkpoint: ended },
    );
  }
}

/** Makes the folder and the store of a new run and takes its lock. UserError `run_exists` (exit 7) when the id is taken. */
export async function createSession(run: NewRun, world: SessionWorld): Promise<RunSession> {
  const { folder } = world.layout.run(run.runId);
  await createLayout(world.layout);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UserError(exitCodes.refused, 'run_exists', `a run with the id ${run.runId} exists already`, {
      hint: `look at it with: stateyard show ${run.runId}`,
    });
  }
  const lock = await takeLock(folder, run.runId);
  await createRunFolder(world.layout, run.runId);
  const { store, recovery } = await openStore({ folder, name: 'run', migrations: loadMigrations('run') });
  const loaded: LoadedRun = { ...run, folder };
  return new RunSession({ run: loaded, row: newRow(run, world.clock.nowMs()), restored: null, lock, store, recovery }, world);
}

/** Takes a stored run up again. UserError exit 7 when a live process has it, or when it has ended (`failedToo`: unless it failed). */
export async function reopenSession(runId: RunId, world: SessionWorld, options: { failedToo?: boolean } = {}): Promise<RunSession> {
  const { folder } = world.layout.run(runId);
  const lock = await takeLock(folder, runId);
  try {
    const { store, recovery } = await openStore({ folder, name: 'run', migrations: loadMigrations('run'), mustExist: true });
    try {
      const row = await readRunRow(store, runId);
      const allowed = row.endedAt === null || (row.state === 'failed' && options.failedToo === true);
      if (!allowed) throw endedAlready(row);
      const run = await readDefinition(store, runId, folder);
      const restored = await restoreRun(store, run);
      return new RunSession({ run, row, restored, lock, store, recovery }, world);
    } catch (error) {
      await store.close({ checkpoint: false });
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function takeLock(folder: string, runId: string): Promise<OwnerLock> {
  const lock = await acquireOwnerLock(folder);
  if (lock !== null) return lock;
  throw new UserError(exitCodes.refused, 'run_owned', `another live process is running ${runId}`, {
    hint: `follow it with: stateyard watch ${runId}`,
  });
}

function endedAlready(row: RunRow): UserError {
  return new UserError(exitCodes.refused, 'run_ended', `run ${row.runId} has ended: ${row.state}`, {
    hint: `look at it with: stateyard show ${row.runId}`,
  });
}

function newRow(run: NewRun, nowMs: number): RunRow {
  return {
    runId: run.runId,
    projectId: run.projectId,
    createdAt: iso(nowMs),
    startedAt: null,
    endedAt: null,
    state: 'pending',
    stateReason: null,
    origin: run.origin,
    counters: { step_attempts: 0, patches_created: 0, patches_applied: 0, errors: 0 },
    exitCode: null,
    errorMessage: null,
  };
}
