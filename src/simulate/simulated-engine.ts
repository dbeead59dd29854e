import { nothingKept, readDefinition, readRunRow, writeDefinition } from '../engine/definition.ts';
import { Engine, type EngineEnd } from '../engine/engine.ts';
import type { LoadedRun } from '../engine/loaded-run.ts';
import { noRoutes } from '../engine/no-routes.ts';
import type { Clock } from '../engine/ports.ts';
import { restoreRun, type RestoredRun } from '../engine/restore.ts';
import { iso, type RunEventRow } from '../engine/run-event.ts';
import { writeRun, type RunRow } from '../engine/rows.ts';
import { invariant } from '../errors.ts';
import { loadMigrations } from '../store/migrations.ts';
import { openStore, type Store } from '../store/store.ts';
import { Life } from './life.ts';
import { RecordGate } from './record-gate.ts';
import { simulatedAttempts, simulatedOutputs } from './simulated-attempts.ts';
import { SimulatedRoutes } from './simulated-routes.ts';
import type { SimulatedTools } from './simulated-tools.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** What the engines of a simulated run have in common, one after the other. */
export interface EngineSetting {
  readonly run: LoadedRun;
  readonly world: SimulatedWorld;
  /** Null where nothing is routed. */
  readonly tools: SimulatedTools | null;
  /** Stands for every draw of the engine (the jitter of waits): the same in every life, so that a crash does not change it. */
  readonly draw: number;
  readonly drawOf: (stepId: string) => number;
  /** Told when a record is on disk, before anything that follows from it has begun. */
  readonly onRecorded: () => void;
  /** Every event of every engine that was told of it, once it is on disk. */
  readonly onEvents: (events: readonly RunEventRow[]) => void;
}

/** Where an engine has come to. */
export type LifeEnd = Pick<EngineEnd, 'state' | 'reason'>;

/**
 * One engine on a simulated run, from opening the store to letting go of it: the store, the recorder, the scheduler and the charts of the product, in the
 * order of `src/engine/session.ts`, which is to be kept alike. Left out is what only several processes need: the lock of the owner, the index of the
 * runs, the inbox as files.
 */
export class SimulatedEngine {
  /** The number of the last event that was on disk when the store was opened. */
  readonly openedAfter: number;
  readonly #setting: EngineSetting;
  readonly #store: Store;
  readonly #life: Life;
  readonly #engine: Engine | null;
  readonly #restored: RestoredRun | null;
  readonly #row: RunRow;
  readonly #routes: SimulatedRoutes | typeof noRoutes;
  #isTaking = false;

  constructor(
    setting: EngineSetting,
    opened: { store: Store; row: RunRow | null; run: LoadedRun; restored: RestoredRun | null },
  ) {
    const { world, tools } = setting;
    this.#setting = setting;
    this.#store = opened.store;
    this.#restored = opened.restored;
    this.#row = opened.row ?? newRow(opened.run, world.clock.nowMs());
    this.openedAfter = opened.restored?.after.event ?? 0;
    const life = new Life();
    this.#life = life;
    const clock = world.clock;
    this.#routes = tools === null ? noRoutes : new SimulatedRoutes({ tools, clock, life, drawOf: setting.drawOf });
    const engineWorld = {
      store: new RecordGate(opened.store, life, setting.onRecorded),
      clock: clockOf(clock, life),
      entropy: { ulid: () => world.ulid(), random: () => setting.draw },
      attempts: simulatedAttempts(world, life),
      routes: this.#routes,
      readOutputs: simulatedOutputs(world),
      onEvents: (events: readonly RunEventRow[]) => this.#told(events),
    };
    this.#engine = this.#row.endedAt === null ? new Engine(opened.run, this.#row, engineWorld, opened.restored) : null;
  }

  /** Carries the run on until it ends or waits for a person. */
  live(): Promise<LifeEnd> {
    const engine = this.#engine;
    if (engine !== null) return this.#carryOn(engine);
    // The engine before crashed after the record of the run's end: there is nothing left to do.
    return Promise.resolve({ state: this.#row.state as EngineEnd['state'], reason: this.#row.stateReason });
  }

  /** The rows of one reading statement. */
  query(sql: string): ReturnType<Store['query']> {
    return this.#store.query(sql);
  }

  /** Lets go of everything, as the end of the process does. */
  async close(): Promise<void> {
    this.#setting.world.onAnswer = () => undefined;
    this.#life.end();
    this.#engine?.halt();
    await this.#routes.close();
    await this.#store.close({ checkpoint: false });
  }

  async #carryOn(engine: Engine): Promise<LifeEnd> {
    const { world, run } = this.#setting;
    engine.start({ hold: this.#restored !== null });
    if (this.#restored === null) engine.record([writeRun(engine.row), writeDefinition(run)]);
    else {
      // Nobody hears a question twice: one whose event was on disk when the engine before crashed is heard now.
      const asking = this.#restored.openSteps.filter(({ state }) => state === 'awaitingApproval');
      for (const { stepId } of asking) world.ask(stepId);
      await this.#takeAnswers(engine);
      engine.release();
    }
    world.onAnswer = () => void this.#takeAnswers(engine);
    return engine.finished;
  }

  #told(events: readonly RunEventRow[]): void {
    if (this.#life.isOver) return;
    for (const { kind, payload } of events)
      if (kind === 'approval_requested') this.#setting.world.ask(String(payload['step_id']));
    this.#setting.onEvents(events);
  }

  /** Applies the answers in the inbox, each once over all engines. */
  async #takeAnswers(engine: Engine): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    const { inbox } = this.#setting.world;
    for (let signal = inbox[0]; signal !== undefined && !engine.isOver; signal = inbox[0]) {
      if (this.#restored?.appliedSignals.has(signal.id) !== true) await engine.apply(signal);
      inbox.shift();
    }
    this.#isTaking = false;
  }
}

/** Opens the store of a simulated run, makes it new where there is none yet, and puts an engine on it. */
export async function openSimulatedEngine(setting: EngineSetting): Promise<SimulatedEngine> {
  const { run, world } = setting;
  const options = { folder: run.folder, name: 'run' as const, migrations: loadMigrations('run'), disk: world.disk };
  const { store } = await openStore({ ...options, checkpointsItself: false });
  if (store.durableSequence === 0) return new SimulatedEngine(setting, { store, row: null, run, restored: null });
  const row = await readRunRow(store, run.runId);
  invariant(row !== null, 'the first record of a run holds its row');
  const loaded = await readDefinition(store, row, run.folder, nothingKept);
  return new SimulatedEngine(setting, { store, row, run: loaded, restored: await restoreRun(store, loaded) });
}

/** Timers of an engine that has ended are silent. */
function clockOf(clock: Clock, life: Life): Clock {
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    schedule: (delayMs, callback) =>
      clock.schedule(delayMs, () => {
        if (!life.isOver) callback();
      }),
  };
}

function newRow({ runId, projectId, workflow, routing }: LoadedRun, nowMs: number): RunRow {
  return {
    runId,
    projectId,
    phaseId: workflow.workstream?.phase_id ?? routing.phase?.spec.phase_id ?? 'default',
    workstreamId: workflow.workstream?.workstream_id ?? null,
    createdAt: iso(nowMs),
    startedAt: null,
    endedAt: null,
    state: 'pending',
    stateReason: null,
    origin: { trigger_type: 'other', trigger_ref: null, requested_by: null },
    counters: { step_attempts: 0, patches_created: 0, patches_applied: 0, errors: 0 },
    exitCode: null,
    errorMessage: null,
  };
}
