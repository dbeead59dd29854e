import type { RunId } from '../../schemas/ids.ts';
import type { SqlJsStatic } from 'sql.js';
import { noRoutes } from '../../src/engine/no-routes.ts';
import type { RoutePort } from '../../src/engine/ports.ts';
import type { Signal, SignalCommand } from '../../src/engine/signal.ts';
import { openReader } from '../../src/store/reader.ts';
import { loadSqlEngine } from '../../src/store/sql-engine.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { lifeAttempts, lifeOutputs, type AttemptWorld } from './life-attempts.ts';
import { lifeDisk, lookingDisk } from './life-disk.ts';
import { LifeRoutes } from './life-routes.ts';
import { LifeSession, type SessionEnd, type Task } from './life-session.ts';
import { Life } from './life.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import { unpatched, type Patch } from './patch.ts';
import { isRouted } from './random-routing.ts';
import { randomWorkflow } from './random-workflow.ts';
import { SeededRandom } from '../../src/simulate/seeded-random.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { SimulatedProcesses } from './simulated-processes.ts';
import { SimulatedTools } from './simulated-tools.ts';
import { checkStored } from './stored-rows.ts';
import { hasTornTail } from './synced-facts.ts';
import { describeTrouble, drawTrouble } from './trouble.ts';
import { VirtualClock } from '../../src/simulate/virtual-clock.ts';
import { Witness } from './witness.ts';

/** What a seed came to. */
export interface SimulatedRun {
  readonly seed: number;
  /** Engines that worked on the run, one after the other. */
  readonly lives: number;
  readonly end: string;
  /** A router picked tools. */
  readonly isRouted: boolean;
  /** Promises that were broken; after the first the run is not carried on. */
  readonly broken: readonly string[];
  readonly trace: readonly string[];
}

const runId = '01ARZ3NDEKTSV4RRFFQ69G5FAV' as RunId;
/** The run's folder on every simulated disk. */
export const folder = '/store/run';
const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const graceMs = 1000;
const mostLives = 24;
/** Each call may be one that a person has to pay for, in a life of its own. */
const mostLivesOnBudget = 96;
const mostTurns = 20_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Carries one run from its beginning to its end, through as many deaths of its engine as the seed has in store. */
export async function simulateRun(seed: number, patch: Patch = unpatched): Promise<SimulatedRun> {
  // The only thing that takes real time; everything else is over when the microtasks are.
  const simulation = new Simulation(seed, patch, null, await loadSqlEngine());
  return simulation.run().finally(() => simulation.close());
}

/** Whether a router picks tools in the run of a seed, as a rule: a workflow without a command has nothing to ask a tool for. */
export function isRoutedSeed(seed: number): boolean {
  return isRouted(new SeededRandom(seed).fork('workflow').fork('routing'));
}

/** The disk as the first life of a seed leaves it, by its death or at its end. */
export async function diskAfterLife(seed: number): Promise<SimulatedDisk> {
  const simulation = new Simulation(seed, unpatched, 1, await loadSqlEngine());
  await simulation.run().finally(() => simulation.close());
  return simulation.disk;
}

class Simulation {
  readonly #seed: number;
  readonly #patch: Patch;
  readonly #random: SeededRandom;
  readonly #made: MadeWorkflow;
  readonly #clock = new VirtualClock(startMs);
  readonly disk = new SimulatedDisk();
  readonly #mostLives: number;
  readonly #isPartial: boolean;
  readonly #processes: SimulatedProcesses;
  /** Null where no tool is picked by a router. */
  readonly #tools: SimulatedTools | null;
  readonly #witness: Witness;
  readonly #inbox: Signal[] = [];
  readonly #broken: string[] = [];
  readonly #trace: string[] = [];
  #life: Life | null = null;
  #session: LifeSession | null = null;
  #routes: LifeRoutes | null = null;
  #lives = 0;
  #troublesLeft: number;
  #ids = 0;
  #signals = 0;

  /** `lives`: how many engines it goes through at most; null: until the run has ended. */
  constructor(seed: number, patch: Patch, lives: number | null, sql: SqlJsStatic) {
    const random = new SeededRandom(seed);
    this.#seed = seed;
    this.#patch = patch;
    this.#random = random.fork('fate');
    this.#made = randomWorkflow(random.fork('workflow'));
    this.#isPartial = lives !== null;
    this.#mostLives = lives ?? (this.#made.routing.meters.length > 0 ? mostLivesOnBudget : mostLives);
    const config = this.#made.routing.router?.config ?? null;
    this.#tools = config === null ? null : new SimulatedTools(sql, config, this.#clock);
    this.#processes = new SimulatedProcesses(this.#clock, random.fork('tools'), (process) => {
      this.#note(`${process.name} ends, ${process.exit === null ? 'stopped' : process.exit.outcome.kind}`);
      this.#witness.ended(process, this.#life);
    });
    this.#witness = new Witness({
      made: this.#made,
      disk: this.disk,
      clock: this.#clock,
      processes: () => this.#processes,
      tools: this.#tools,
      held: () => this.#routes?.held ?? new Map(),
      graceMs,
      note: (text) => this.#note(text),
      broken: (text) => this.#break(text),
    });
    this.#troublesLeft = this.#random.between(0, 9);
  }

  /** Frees what was made for the run. */
  close(): void {
    this.#tools?.close();
  }

  async run(): Promise<SimulatedRun> {
    this.#note(`seed ${String(this.#seed)}, ${String(this.#made.maxParallel)} at a time: ${this.#made.workflow.text}`);
    if (this.#made.routing.router !== null) this.#note(`tools: ${this.#made.routing.router.source.text}`);
    this.#scheduleHappenings();
    let end = await this.#live({ kind: 'carryOn' });
    for (let task = this.#next(end); task !== null && this.#broken.length === 0; task = this.#next(end)) {
      if (this.#lives >= this.#mostLives) {
        if (!this.#isPartial) this.#break('the run does not come to its end');
        break;
      }
      this.#passTime();
      if (this.#random.chance(0.15)) await this.#look();
      end = await this.#live(task);
    }
    if (this.#broken.length === 0) await this.#lookBack();
    const text = end === null ? 'died' : end.kind === 'ended' ? end.state : end.kind;
    const isRouted = this.#tools !== null;
    return { seed: this.#seed, lives: this.#lives, end: text, isRouted, broken: this.#broken, trace: this.#trace };
  }

  /** What the next process is for, after one that ended so (null: it died or its disk failed); null when the run is over. */
  #next(end: SessionEnd | null): Task | null {
    if (end === null || end.kind === 'interrupted' || end.kind === 'steered') return { kind: 'carryOn' };
    if (end.kind !== 'ended') return null;
    const [asking] = end.awaiting;
    if (end.state === 'awaiting' && asking !== undefined) {
      const answer = this.#random.pick<SignalCommand>(['approve', 'approve', 'reject']);
      return { kind: 'steer', signal: this.#signal(answer, asking), applyOnly: true };
    }
    if (end.state !== 'paused') return null;
    const command = this.#random.chance(0.75) ? 'unpause' : 'cancel';
    return { kind: 'steer', signal: this.#signal(command), applyOnly: command === 'unpause' };
  }

  async #live(task: Task): Promise<SessionEnd | null> {
    this.#lives += 1;
    const life = new Life(this.#lives, drawTrouble(this.#random, this.#troublesLeft-- > 0), {
      clock: this.#clock,
      random: this.#random.fork(`life ${String(this.#lives)}`),
      onDeath: (dead) => this.#died(dead),
    });
    this.#life = life;
    this.#note(`life ${String(life.number)} begins: ${task.kind}; ${describeTrouble(life.trouble)}`);
    const session = this.#makeSession(life);
    this.#session = session;
    this.#witness.lifeBegins(life.number);
    this.#scheduleLife(session, life);
    const settled: { end: SessionEnd | null; error: unknown; is: boolean } = { end: null, error: null, is: false };
    session.live(task).then(
      (end) => Object.assign(settled, { end, is: true }),
      (error: unknown) => Object.assign(settled, { error, is: true }),
    );
    await this.#drive(life, () => settled.is);
    const wasDead = life.isDead;
    if (!wasDead && settled.error !== null) settled.end = this.#judgeError(life, settled.error);
    life.end();
    await session.close();
    this.#note(
      `life ${String(life.number)} is over after ${String(life.calls)} calls${settled.end === null ? '' : `: ${JSON.stringify(settled.end)}`}`,
    );
    return wasDead ? null : settled.end;
  }

  /** Time moves only when nothing else can happen. */
  async #drive(life: Life, isSettled: () => boolean): Promise<void> {
    let idle = 0;
    for (let turns = 0; turns < mostTurns; turns++) {
      await turn();
      if (isSettled() || life.isDead || this.#broken.length > 0) return;
      if (this.#clock.ringNext()) idle = 0;
      else if (++idle > 20) {
        this.#break('nothing can happen any more, and the run has not ended');
        return;
      }
    }
    this.#break('the run goes on for ever');
  }

  #makeSession(life: Life): LifeSession {
    const patch = this.#patch;
    const clock = {
      nowMs: () => this.#clock.nowMs(),
      monotonicMs: () => this.#clock.monotonicMs(),
      schedule: life.schedule.bind(life),
    };
    const attemptWorld: AttemptWorld = {
      processes: this.#processes,
      clock: this.#clock,
      life,
      onStart: (named) => {
        this.#note(`${named.name} starts${named.toolId === null ? '' : ` ${named.toolId}`}`);
        this.#witness.start(named);
      },
    };
    const disk = lifeDisk(this.disk, life);
    const attempts = lifeAttempts(attemptWorld);
    const readOutputs = lifeOutputs(attemptWorld);
    const jitter = this.#random.fork(`jitter ${String(life.number)}`);
    const tornTail = life.number > 1 && hasTornTail(this.disk);
    return new LifeSession({
      runId,
      folder,
      made: this.#made,
      graceMs,
      isNew: life.number === 1,
      patch,
      disk: patch.disk?.(disk) ?? disk,
      clock: patch.clock?.(clock) ?? clock,
      attempts: patch.attempts?.(attempts) ?? attempts,
      routes: this.#routesOf(life),
      readOutputs: patch.outputs?.(readOutputs) ?? readOutputs,
      entropy: { ulid: () => String(++this.#ids).padStart(26, '0'), random: jitter.next },
      witness: this.#witness,
      inbox: this.#inbox,
      readsDefinition: this.#random.chance(0.1),
      isDead: () => life.isDead,
      broken: (text) => this.#break(text),
      onOpened: (recovery) => {
        if ((recovery.tornTail !== null) !== tornTail) this.#break(`a torn tail is ${tornTail ? 'not ' : ''}reported`);
        if (recovery.fencedTails.length > 0) this.#break('a fenced tail is reported, but there was never a second engine');
      },
    });
  }

  #routesOf(life: Life): RoutePort {
    const tools = this.#tools;
    if (tools === null) return noRoutes;
    const routes = (this.#routes = new LifeRoutes({
      made: this.#made,
      tools,
      clock: this.#clock,
      life,
      query: this.#patch.toolRows?.(tools.query) ?? tools.query,
      onRouted: (ask, toolId) => {
        this.#note(`${ask.stepId} is given ${toolId}`);
        this.#witness.calls.routed(ask, toolId);
      },
      onSettled: (call) => this.#witness.calls.settled(call),
    }));
    return this.#patch.routes?.(routes) ?? routes;
  }

  /** A life that ends with an error must have been given a reason for it. Not finding the run is one when it never was recorded. */
  #judgeError(life: Life, error: unknown): SessionEnd | null {
    const kind = error instanceof StoreError ? error.kind : 'fault';
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#note(`life ${String(life.number)} fails: ${error instanceof Error ? error.message : text}`);
    if (kind === 'missing' && this.#witness.events.size === 0) return { kind: 'neverBegun' };
    const expected = life.hasFailed && (kind === 'writeFailed' || kind === 'unreadable');
    if (!expected) this.#break(`the engine fails (${kind}): ${text}`);
    return null;
  }

  #died(life: Life): void {
    if (life.trouble.kind !== 'power') return;
    const random = this.#random.fork(`power ${String(life.number)}`);
    this.#note('the power is lost');
    this.#processes.losePower(random);
    this.disk.losePower(random);
    this.#witness.calls.allowed.clear();
    if (random.chance(0.5)) this.#inbox.length = 0;
  }

  /** Commands and jumps of the wall clock, at times that no engine chooses. */
  #scheduleHappenings(): void {
    const random = this.#random.fork('happenings');
    const command = (delayMs: number, name: SignalCommand, stepId: string | null = null): void => {
      this.#clock.schedule(delayMs, () => {
        this.#inbox.push(this.#signal(name, stepId));
        this.#session?.applyInbox().catch(() => undefined);
      });
    };
    if (random.chance(0.3)) command(random.between(0, 9000), random.pick(['cancel', 'pause', 'pause', 'quarantine']));
    if (random.chance(0.2)) command(random.between(0, 9000), random.pick(['cancel', 'pause', 'unpause', 'unpause']));
    for (const { id, action } of this.#made.workflow.steps) {
      if (action.kind === 'approve' && random.chance(0.7))
        command(random.between(0, 9000), random.pick(['approve', 'approve', 'reject']), id);
    }
    this.#tools?.scheduleOthers(random.fork('others'));
    if (random.chance(0.15)) {
      const byMs = random.between(1000, 7_200_000) * (random.chance(0.5) ? 1 : -1);
      this.#clock.schedule(random.between(0, 9000), () => {
        this.#note(`the wall clock jumps by ${String(byMs)} ms`);
        this.#clock.jump(byMs);
      });
    }
  }

  #scheduleLife(session: LifeSession, life: Life): void {
    const random = this.#random.fork(`scheduled ${String(life.number)}`);
    const later = (share: number, work: () => Promise<void>): void => {
      if (random.chance(share)) life.schedule(random.between(0, 6000), () => void work());
    };
    later(0.06, () => session.interrupt());
    later(0.1, () => session.checkpoint());
    later(0.1, () => this.#look());
  }

  /** Nobody works on the run for a while. */
  #passTime(): void {
    const untilMs =
      this.#clock.monotonicMs() + (this.#random.chance(0.5) ? this.#random.between(0, 200) : this.#random.between(200, 20_000));
    while (this.#clock.ringNext(untilMs));
    this.#clock.moveTo(untilMs);
  }

  /** Someone reads the run without taking it, between two lives or beside one. */
  async #look(): Promise<void> {
    try {
      const reader = await openReader({ folder, name: 'run', disk: lookingDisk(this.disk) });
      const rows = { query: async (sql: string) => reader.query(sql) };
      const problems = reader.sequence === 0 ? [] : await checkStored(rows, this.#witness, this.#made, false);
      reader.close();
      for (const problem of problems) this.#break(`a reader finds: ${problem}`);
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'missing' && this.#witness.events.size === 0) return;
      this.#break(`a reader fails: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** After the end, and for some runs after a loss of power on top of it: all that was acknowledged is there, and nothing lives. */
  async #lookBack(): Promise<void> {
    this.#life = null;
    if (this.#random.chance(0.5)) this.disk.losePower(this.#random.fork('last'));
    await this.#look();
  }

  #signal(command: SignalCommand, stepId: string | null = null): Signal {
    this.#signals += 1;
    this.#witness.asked(command);
    const id = `SIGNAL${String(this.#signals)}`;
    this.#note(`${command}${stepId === null ? '' : ` of ${stepId}`} is asked for (${id})`);
    return { id, command, reason: null, stepId, receivedAtMs: this.#clock.nowMs() };
  }

  #note(text: string): void {
    this.#trace.push(`${String(this.#clock.monotonicMs()).padStart(7)} ${text}`);
  }

  #break(text: string): void {
    this.#note(`BROKEN: ${text}`);
    this.#broken.push(text);
  }
}
