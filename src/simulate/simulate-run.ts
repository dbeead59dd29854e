import type { RunId } from '../../schemas/ids.ts';
import type { EngineEnd } from '../engine/engine.ts';
import type { LoadedRun } from '../engine/loaded-run.ts';
import type { RunEventRow } from '../engine/run-event.ts';
import { invariant, InvariantError } from '../errors.ts';
import { Moments, type Moment, type MomentWatcher } from './moment.ts';
import { SeededRandom } from './seeded-random.ts';
import { openSimulatedEngine, type EngineSetting, type LifeEnd, type SimulatedEngine } from './simulated-engine.ts';
import { openSimulatedTools } from './simulated-tools.ts';
import { SimulatedWorld, startOfTimeMs } from './simulated-world.ts';
import type { Wishes } from './wishes.ts';

/** What is simulated: a workflow with its values, as `run` would take it, and what is to happen. */
export interface SimulationSetup extends Pick<
  LoadedRun,
  'workflow' | 'plan' | 'params' | 'routing' | 'maxParallel' | 'projectId' | 'baseFolder'
> {
  /** A whole number; only its lowest 32 bits count. */
  readonly seed: number;
  readonly wishes: Wishes;
}

/** A step at the end of a simulated run, as its store says. Times are milliseconds of virtual time from the start of the run. */
export interface SimulatedStep {
  readonly stepId: string;
  /** How the step ended; where the run is paused also a state of the step's chart. */
  readonly state: string;
  readonly attempts: number;
  /** What it wrote, as stored JSON; null where it wrote nothing. */
  readonly outputs: string | null;
  /** The kind of the outcome or of the reason for which it ended so; null where it succeeded. */
  readonly reason: string | null;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
}

/** A simulated run at its end. */
export interface SimulatedRun {
  /** `paused`: it waits for a person, and not for an answer. */
  readonly state: Exclude<EngineEnd['state'], 'awaiting'>;
  readonly reason: string | null;
  /** Virtual time from the start of the run to its end. */
  readonly endedMs: number;
  /** The steps that moved, in the order of the plan. */
  readonly steps: readonly SimulatedStep[];
  /** What its engines have told of it, in order. */
  readonly events: readonly RunEventRow[];
  /** How many records were written. */
  readonly records: number;
  /** How many moments there were in which an engine may crash. */
  readonly moments: number;
  /** How often tools were started, by step, or step and check. */
  readonly starts: ReadonlyMap<string, number>;
  /** The number of the last event that its first engine found on disk; 0 for a run that was simulated from its start. */
  readonly openedAfter: number;
}

/** The id of every simulated run. */
export const simulatedRunId = '00000000000000000000000000' as RunId;

/** Many more turns without anything than one transition needs. */
const mostIdleTurns = 100;

/**
 * Carries a run to its end in virtual time, on a disk in memory, with the engine of the product and simulated tools. The same setup gives the same run,
 * whether a `watcher` looks at its moments or not.
 */
export async function simulateRun(setup: SimulationSetup, watcher: MomentWatcher | null = null): Promise<SimulatedRun> {
  const { wishes, routing, seed } = setup;
  const world = new SimulatedWorld(loadedRun(setup), { seed: new SeededRandom(seed).fork('tools'), wishes, routing });
  return carryOut(setup, { world, toolsImage: null, watcher });
}

/** Carries a run on to its end from where its engine crashed in a moment of it. Uses the moment up. */
export function simulateRest(setup: SimulationSetup, { world, toolsImage }: Moment): Promise<SimulatedRun> {
  return carryOut(setup, { world, toolsImage, watcher: null });
}

function loadedRun({ seed: _seed, wishes: _wishes, ...parts }: SimulationSetup): LoadedRun {
  const graceMs = parts.workflow.stopGraceMs;
  return { ...parts, runId: simulatedRunId, folder: '/simulated/run', graceMs, requestedBy: null };
}

interface Beginning extends Pick<Moment, 'world' | 'toolsImage'> {
  readonly watcher: MomentWatcher | null;
}

async function carryOut(setup: SimulationSetup, { world, toolsImage, watcher }: Beginning): Promise<SimulatedRun> {
  const seed = new SeededRandom(setup.seed);
  const tools = await openSimulatedTools(setup.routing, toolsImage);
  const moments = new Moments(world, tools, watcher);
  const events: RunEventRow[] = [];
  const setting: EngineSetting = {
    run: loadedRun(setup),
    world,
    tools,
    draw: seed.fork('jitter').next(),
    drawOf: (stepId) => Math.floor(seed.fork(`route ${stepId}#${String(world.starts.get(stepId) ?? 0)}`).next() * 2 ** 32),
    onRecorded: () => moments.recorded(),
    onEvents: (more) => void events.push(...more),
  };
  let openedAfter: number | null = null;
  try {
    for (;;) {
      const engine = await openSimulatedEngine(setting);
      openedAfter ??= engine.openedAfter;
      try {
        const { state, reason } = await drive(world, engine, moments);
        if (state !== 'awaiting') {
          const [steps, endedMs] = [await readSteps(engine), world.clock.monotonicMs()];
          const { records, count } = moments;
          return { state, reason, endedMs, steps, events, records, moments: count, starts: world.starts, openedAfter };
        }
        waitForAnswer(world);
      } finally {
        await engine.close();
      }
    }
  } finally {
    tools?.close();
  }
}

/** Time moves only when nothing else can happen. */
async function drive(world: SimulatedWorld, engine: SimulatedEngine, moments: Moments): Promise<LifeEnd> {
  const settled: { end: LifeEnd | null; failure: Error | null } = { end: null, failure: null };
  engine.live().then(
    (end) => (settled.end = end),
    (error: unknown) => (settled.failure = error instanceof Error ? error : new Error(String(error))),
  );
  for (let idle = 0; idle < mostIdleTurns; idle++) {
    await turn();
    await moments.show();
    if (settled.failure !== null) throw settled.failure;
    if (settled.end !== null) return settled.end;
    await moments.underWay();
    if (world.clock.ringNext()) idle = 0;
  }
  throw new InvariantError('nothing can happen any more in the simulated run, and it has not ended');
}

/** Nobody works on the run until a person has answered. */
function waitForAnswer(world: SimulatedWorld): void {
  while (world.inbox.length === 0) invariant(world.clock.ringNext(), 'a run waits for a person who was not asked');
}

async function readSteps(engine: SimulatedEngine): Promise<SimulatedStep[]> {
  const rows = await engine.query(
    'select step_id, state, reason, attempts, outputs, started_at, ended_at from steps order by position',
  );
  return rows.map((row) => ({
    stepId: String(row['step_id']),
    state: String(row['state']),
    attempts: Number(row['attempts']),
    outputs: textOf(row['outputs']),
    reason: kindOf(textOf(row['reason'])),
    startedMs: sinceStart(textOf(row['started_at'])),
    endedMs: sinceStart(textOf(row['ended_at'])),
  }));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function kindOf(reason: string | null): string | null {
  if (reason === null) return null;
  const { kind } = JSON.parse(reason) as { readonly kind?: unknown };
  return textOf(kind);
}

function sinceStart(time: string | null): number | null {
  return time === null ? null : Date.parse(time) - startOfTimeMs;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
