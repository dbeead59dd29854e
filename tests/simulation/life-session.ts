import type { RunId } from '../../schemas/ids.ts';
import { nothingKept, readDefinition, readRunRow, writeDefinition } from '../../src/engine/definition.ts';
import { Engine, type EngineEnd } from '../../src/engine/engine.ts';
import type { LoadedRun } from '../../src/engine/loaded-run.ts';
import type { AttemptPort, Clock, OutputReader, RoutePort } from '../../src/engine/ports.ts';
import { restoreRun, type RestoredRun } from '../../src/engine/restore.ts';
import { writeRun, type RunRow } from '../../src/engine/rows.ts';
import type { Signal } from '../../src/engine/signal.ts';
import type { Disk } from '../../src/store/disk.ts';
import { loadMigrations } from '../../src/store/migrations.ts';
import type { Statement } from '../../src/store/statement.ts';
import { openStore, type Recovery, type Store } from '../../src/store/store.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import type { Patch } from './patch.ts';
import { checkStored } from './stored-rows.ts';
import type { Witness } from './witness.ts';

const projectId = 'simulated';

/** What one process does with a run. */
export type Task =
  | { readonly kind: 'carryOn' }
  /** `applyOnly`: the command and nothing else; otherwise the run is carried on from there. */
  | { readonly kind: 'steer'; readonly signal: Signal; readonly applyOnly: boolean };

/** What one session is made of; the ports belong to its life. */
export interface SessionWorld {
  readonly runId: RunId;
  readonly folder: string;
  readonly made: MadeWorkflow;
  readonly graceMs: number;
  /** No process has opened the run before. */
  readonly isNew: boolean;
  readonly patch: Patch;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly attempts: AttemptPort;
  readonly routes: RoutePort;
  readonly readOutputs: OutputReader;
  readonly entropy: { readonly ulid: () => string; readonly random: () => number };
  readonly witness: Witness;
  /** Commands that wait for the run's owner, oldest first; an answered one is taken out. */
  readonly inbox: Signal[];
  /** Reads the workflow from the store again instead of keeping it. */
  readonly readsDefinition: boolean;
  readonly isDead: () => boolean;
  readonly broken: (text: string) => void;
  readonly onOpened: (recovery: Recovery) => void;
}

/** How a session ended, other than by death. */
export type SessionEnd =
  | { readonly kind: 'ended'; readonly state: EngineEnd['state']; readonly awaiting: readonly string[] }
  | { readonly kind: 'interrupted' | 'neverBegun' | 'steered' };

/** One engine process on a run, as `src/engine/session.ts` makes it, on a simulated world. */
export class LifeSession {
  readonly #world: SessionWorld;
  #store: Store | null = null;
  #engine: Engine | null = null;
  #applied = new Set<string>();
  #firstRows: readonly Statement[] = [];
  #over = false;
  #applying = false;
  #onInterrupt: (end: SessionEnd) => void = () => undefined;

  constructor(world: SessionWorld) {
    this.#world = world;
  }

  /** From opening the store to closing it. Rejects as the product's session does when the disk fails. */
  async live(task: Task): Promise<SessionEnd> {
    const engine = await this.#open();
    if ('kind' in engine) return engine;
    const interrupted = new Promise<SessionEnd>((resolve) => (this.#onInterrupt = resolve));
    return Promise.race([this.#carry(engine, task), interrupted]);
  }

  /** Applies the commands in the inbox, one at a time. */
  async applyInbox(): Promise<void> {
    if (this.#applying || this.#engine === null || this.#over) return;
    this.#applying = true;
    const { inbox } = this.#world;
    for (let signal = inbox[0]; signal !== undefined && !this.#over; signal = inbox[0]) {
      if (!this.#applied.has(signal.id)) {
        this.#applied.add(signal.id);
        await this.#apply(this.#engine, signal);
      }
      inbox.shift();
    }
    this.#applying = false;
  }

  /** SIGINT: the tools are stopped, the run stays as it is. */
  async interrupt(): Promise<void> {
    const engine = this.#engine;
    if (engine === null || this.#over || engine.isOver) return;
    this.#over = true;
    engine.note('run_interrupted', { signal: 'SIGINT', state: engine.state });
    const running = engine.halt();
    await Promise.all(running.map((attempt) => this.#world.attempts.stop(attempt)));
    await this.close();
    this.#onInterrupt({ kind: 'interrupted' });
  }

  /** A checkpoint in the middle of the run. */
  async checkpoint(): Promise<void> {
    if (!this.#over && this.#engine !== null) await this.#store?.checkpoint().catch(() => undefined);
  }

  /** Lets go without a checkpoint; also after death, for the sake of this process's memory. */
  async close(): Promise<void> {
    await this.#store?.close({ checkpoint: false }).catch(() => undefined);
    await this.#world.routes.close();
  }

  async #carry(engine: Engine, task: Task): Promise<SessionEnd> {
    // In the turn of the start: a record of the rows alone would be a run without a snapshot, which cannot be taken up.
    engine.record(this.#firstRows);
    engine.start({ hold: task.kind === 'steer' || !this.#world.isNew });
    try {
      if (task.kind === 'steer') {
        const accepted = await this.#apply(engine, task.signal);
        if (!accepted || task.applyOnly) return await this.#putAway(engine);
      } else {
        await this.applyInbox();
      }
      engine.release();
      const end = await engine.finished;
      this.#over = true;
      if (!this.#world.isDead()) this.#world.witness.engineEnds(end.state);
      if (end.row.endedAt !== null && (await this.#world.attempts.sweep(this.#world.folder)) > 0) {
        this.#world.broken('a process of the run lives on after its end');
      }
      await this.#store?.close();
      await this.#world.routes.close();
      return { kind: 'ended', state: end.state, awaiting: end.awaiting };
    } catch (error) {
      this.#over = true;
      await this.close();
      throw error;
    }
  }

  async #putAway(engine: Engine): Promise<SessionEnd> {
    engine.halt();
    this.#over = true;
    await this.#store?.close();
    await this.#world.routes.close();
    return { kind: 'steered' };
  }

  async #apply(engine: Engine, signal: Signal): Promise<boolean> {
    const answer = await engine.apply(signal);
    if (!this.#world.isDead()) this.#world.witness.answered(signal.id, answer);
    return answer.accepted;
  }

  async #open(): Promise<Engine | SessionEnd> {
    const { folder, disk, isNew, runId, witness, made, patch } = this.#world;
    const opened = await openStore({ folder, name: 'run', migrations: loadMigrations('run'), disk, mustExist: !isNew });
    const { store, recovery } = opened;
    this.#store = store;
    this.#world.onOpened(recovery);
    if (isNew) {
      const run = this.#loadedRun();
      const row = newRow(runId, this.#world.clock.nowMs());
      this.#firstRows = [writeRun(row), writeDefinition(run)];
      return this.#makeEngine(run, row, null);
    }
    const row = await readRunRow(store, runId);
    if (row === null) {
      if (witness.events.size > 0) this.#world.broken('the run was acknowledged and is lost');
      await this.close();
      return { kind: 'neverBegun' };
    }
    for (const problem of await checkStored(store, witness, made, true)) this.#world.broken(problem);
    if (row.endedAt !== null) {
      await this.close();
      return { kind: 'ended', state: row.state as EngineEnd['state'], awaiting: [] };
    }
    const run = this.#world.readsDefinition ? await readDefinition(store, row, folder, nothingKept) : this.#loadedRun();
    const restored = await restoreRun(store, run);
    this.#applied = new Set((patch.restored?.(restored) ?? restored).appliedSignals);
    return this.#makeEngine(run, row, patch.restored?.(restored) ?? restored);
  }

  #makeEngine(run: LoadedRun, row: RunRow, restored: RestoredRun | null): Engine {
    const { patch, clock, attempts, routes, readOutputs, entropy, witness, isDead } = this.#world;
    const store = this.#store;
    if (store === null) throw new Error('the store is not open');
    const world = {
      store: patch.store?.(store) ?? store,
      clock,
      entropy,
      attempts,
      routes,
      readOutputs,
      onEvents: (events: Parameters<Witness['told']>[0]) => {
        if (!isDead()) witness.told(events);
      },
    };
    this.#engine = new Engine(patch.run?.(run) ?? run, row, world, restored);
    return this.#engine;
  }

  #loadedRun(): LoadedRun {
    const { runId, folder, graceMs, made } = this.#world;
    const { workflow, plan, maxParallel, routing } = made;
    const place = { baseFolder: '/project', folder, graceMs };
    return { workflow, plan, maxParallel, routing, runId, projectId, requestedBy: null, params: {}, ...place };
  }
}

function newRow(runId: RunId, nowMs: number): RunRow {
  return {
    runId,
    projectId,
    phaseId: 'default',
    workstreamId: null,
    createdAt: new Date(nowMs).toISOString(),
    startedAt: null,
    endedAt: null,
    state: 'pending',
    stateReason: null,
    origin: {},
    counters: { step_attempts: 0, patches_created: 0, patches_applied: 0, errors: 0 },
    exitCode: null,
    errorMessage: null,
  };
}
