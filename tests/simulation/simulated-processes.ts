import type { AttemptEnd } from '../../src/engine/ports.ts';
import type { NamedAttempt } from './life-attempts.ts';
import type { SeededRandom } from '../../src/simulate/seeded-random.ts';
import type { VirtualClock } from '../../src/simulate/virtual-clock.ts';

/** What a tool does in one attempt, fixed by the seed alone. */
export interface Behaviour {
  readonly cannotStart: boolean;
  readonly durationMs: number;
  readonly exitCode: number;
  /** Ends only when it is killed. */
  readonly ignoresTerm: boolean;
  readonly termMs: number;
  /** What it writes as outputs when it exits well; null: nothing usable. */
  readonly value: number | null;
}

/** One attempt's process, which may outlive the engine that started it. */
export interface SimulatedProcess extends NamedAttempt {
  readonly behaviour: Behaviour;
  readonly startedMs: number;
  /** The life of the engine that started it. */
  readonly startedBy: number;
  /** The life of the engine that last watched it, and since when. */
  watchedBy: number;
  watchedSinceMs: number;
  alive: boolean;
  /** Someone has begun to stop it; an end after that is not its own. */
  stopRequested: boolean;
  /** The end that it came to by itself, as the exit file says; null when it has none or lost it. */
  exit: AttemptEnd | null;
  exitLost: boolean;
  outputs: Readonly<Record<string, number>> | null;
  /** The end of its log. */
  printed: string;
  endedMs: number;
}

/** The processes of a machine. */
export class SimulatedProcesses {
  readonly #byAttempt = new Map<string, SimulatedProcess>();
  readonly #byFolder = new Map<string, SimulatedProcess>();
  readonly #watchers = new Map<string, (() => void)[]>();
  readonly #clock: VirtualClock;
  readonly #seed: SeededRandom;
  readonly #onEnd: (process: SimulatedProcess) => void;

  constructor(clock: VirtualClock, seed: SeededRandom, onEnd: (process: SimulatedProcess) => void) {
    this.#clock = clock;
    this.#seed = seed;
    this.#onEnd = onEnd;
  }

  /** All that ever were, oldest first. */
  get all(): Iterable<SimulatedProcess> {
    return this.#byAttempt.values();
  }

  find(attemptId: string): SimulatedProcess | undefined {
    return this.#byAttempt.get(attemptId);
  }

  /** The one whose files are in that folder. */
  in(folder: string): SimulatedProcess | undefined {
    return this.#byFolder.get(folder);
  }

  living(): SimulatedProcess[] {
    return [...this.#byAttempt.values()].filter(({ alive }) => alive);
  }

  livingOf(stepId: string): SimulatedProcess[] {
    return this.living().filter((process) => process.stepId === stepId);
  }

  /** What a tool will do in that attempt or check. */
  behaviourOf({ name, toolId }: Pick<NamedAttempt, 'name' | 'toolId'>): Behaviour {
    const random = this.#seed.fork(name);
    // What a router does shows where tools fail.
    const succeeds = toolId === null ? 0.75 : 0.55;
    return {
      cannotStart: random.chance(0.02),
      durationMs: random.chance(0.1) ? random.between(4000, 20_000) : random.between(0, 3000),
      exitCode: random.chance(succeeds) ? 0 : random.pick([1, 2, 75]),
      ignoresTerm: random.chance(0.2),
      termMs: random.between(0, 400),
      value: random.chance(0.95) ? random.between(0, 99) : null,
    };
  }

  start(named: NamedAttempt, life: number): SimulatedProcess {
    const behaviour = this.behaviourOf(named);
    const startedMs = this.#clock.monotonicMs();
    const process: SimulatedProcess = {
      ...named,
      behaviour,
      startedMs,
      startedBy: life,
      watchedBy: life,
      watchedSinceMs: startedMs,
      alive: true,
      stopRequested: false,
      exit: null,
      exitLost: false,
      outputs: null,
      printed: '',
      endedMs: 0,
    };
    this.#byAttempt.set(named.attemptId, process);
    this.#byFolder.set(named.folder, process);
    this.#clock.schedule(behaviour.durationMs, () => this.#exit(process));
    return process;
  }

  /** Calls back when the process has ended; the returned function takes that back. */
  whenEnded(process: SimulatedProcess, callback: () => void): () => void {
    if (!process.alive) return this.#clock.schedule(0, callback);
    const list = this.#watchers.get(process.attemptId) ?? [];
    list.push(callback);
    this.#watchers.set(process.attemptId, list);
    return () => {
      const at = list.indexOf(callback);
      if (at !== -1) list.splice(at, 1);
    };
  }

  /** TERM: it ends a little later, unless it does not listen. */
  terminate(process: SimulatedProcess): void {
    process.stopRequested = true;
    if (!process.behaviour.ignoresTerm) this.#clock.schedule(process.behaviour.termMs, () => this.#end(process));
  }

  /** KILL. */
  kill(process: SimulatedProcess): void {
    this.#end(process);
  }

  /** The machine stops: nothing lives on, and what was written shortly before may be gone. */
  losePower(random: SeededRandom): void {
    for (const process of this.#byAttempt.values()) {
      if (!process.alive) {
        if (process.exit !== null && random.chance(0.3)) {
          process.exit = null;
          process.exitLost = true;
        }
        if (random.chance(0.2)) process.outputs = null;
        if (process.exit === null) process.printed = '';
        continue;
      }
      this.#watchers.delete(process.attemptId);
      this.#end(process);
    }
  }

  #exit(process: SimulatedProcess): void {
    if (!process.alive) return;
    const { exitCode, value } = process.behaviour;
    if (!process.stopRequested) {
      process.exit = {
        endedAtMs: this.#clock.nowMs(),
        outcome: exitCode === 0 ? { kind: 'succeeded', exitCode: 0 } : { kind: 'exitNonZero', exitCode },
      };
      process.outputs = value === null ? null : { value };
      process.printed = value === null ? '' : `cost ${(value / 100).toFixed(2)}\n`;
    }
    this.#end(process);
  }

  #end(process: SimulatedProcess): void {
    if (!process.alive) return;
    process.alive = false;
    process.endedMs = this.#clock.monotonicMs();
    this.#onEnd(process);
    const watchers = this.#watchers.get(process.attemptId) ?? [];
    this.#watchers.delete(process.attemptId);
    for (const callback of watchers) callback();
  }
}
