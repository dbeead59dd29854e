import { basename, dirname } from 'node:path';
import type { AttemptEnd, AttemptPort, AttemptSpec, OutputReader } from '../../src/engine/ports.ts';
import type { Life } from './life.ts';
import type { SimulatedProcess, SimulatedProcesses } from './simulated-processes.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What the ports of a life need of the world. */
export interface AttemptWorld {
  readonly processes: SimulatedProcesses;
  readonly clock: VirtualClock;
  readonly life: Life;
  /** Told of every start before it happens. */
  readonly onStart: (named: NamedAttempt) => void;
}

/** An attempt as its folder names it. */
export interface NamedAttempt {
  readonly attemptId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly folder: string;
}

const never = new Promise<never>(() => undefined);

/** Attempts as one life of an engine starts, finds and stops them; each call may be its last. */
export function lifeAttempts(world: AttemptWorld): AttemptPort {
  const { processes, clock, life } = world;
  /** The call's own death must not look like an answer. */
  const calling = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    try {
      const result = await work();
      life.refuseDead();
      return result;
    } catch (error) {
      if (life.isDead) return never;
      throw error;
    }
  };
  return {
    start: (spec, signal) =>
      calling(() => {
        const named = nameOf(spec);
        let process: SimulatedProcess | null = null;
        life.act(life.fate(false), () => {
          world.onStart(named);
          if (!processes.behaviourOf(named.stepId, named.attempt).cannotStart) process = processes.start(named, life.number);
        });
        return process === null ? notStarted(clock) : watch(world, process, signal);
      }),
    reattach: (spec, signal) =>
      calling(() => {
        life.act(life.fate(false), () => undefined);
        const process = processes.find(spec.attemptId);
        if (process === undefined) return interrupted(clock, 'it was never started');
        process.watchedBy = life.number;
        process.watchedSinceMs = clock.monotonicMs();
        return watch(world, process, signal);
      }),
    stop: (spec) =>
      calling(async () => {
        const process = processes.find(spec.attemptId);
        life.act(life.fate(false), () => {
          if (process?.alive === true) processes.terminate(process);
        });
        if (process === undefined) return { endedByItself: null };
        if (process.alive) await stopped(world, process, spec.graceMs);
        return { endedByItself: process.exit };
      }),
    sweep: (runId) =>
      calling(() => {
        const living = processes.living();
        life.act(life.fate(false), () => {
          for (const process of living) processes.kill(process);
        });
        return runId === '' ? 0 : living.length;
      }),
  };
}

/** Outputs as the attempt left them. */
export function lifeOutputs({ processes }: AttemptWorld): OutputReader {
  return async (file, declared) => {
    const folder = dirname(file);
    const process = [...processes.all].findLast((each) => each.folder === folder);
    const outputs = process?.outputs ?? null;
    if (outputs === null) return { problems: Object.keys(declared).map((name) => `${name} was not written`) };
    return { values: outputs, undeclared: [] };
  };
}

function nameOf(spec: AttemptSpec): NamedAttempt {
  const name = basename(spec.folder);
  const dot = name.lastIndexOf('.');
  return { attemptId: spec.attemptId, folder: spec.folder, stepId: name.slice(0, dot), attempt: Number(name.slice(dot + 1)) };
}

/** The end of a process when it comes; an abort ends the waiting alone. */
function watch({ processes, clock, life }: AttemptWorld, process: SimulatedProcess, signal: AbortSignal): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const cancel = processes.whenEnded(process, () => {
      if (!life.isDead) resolve(process.exit ?? interrupted(clock, 'it ended without a result'));
    });
    signal.addEventListener('abort', cancel, { once: true });
  });
}

function stopped({ processes, life }: AttemptWorld, process: SimulatedProcess, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const dropKill = life.schedule(graceMs, () => processes.kill(process));
    processes.whenEnded(process, () => {
      dropKill();
      if (!life.isDead) resolve();
    });
  });
}

function notStarted(clock: VirtualClock): AttemptEnd {
  return { outcome: { kind: 'spawnFailed', code: 'ENOENT', message: 'no such program' }, endedAtMs: clock.nowMs() };
}

function interrupted(clock: VirtualClock, message: string): AttemptEnd {
  return { outcome: { kind: 'interrupted', message }, endedAtMs: clock.nowMs() };
}
