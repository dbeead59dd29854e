import { basename, dirname } from 'node:path';
import type { AttemptEnd, AttemptPort, AttemptSpec, OutputReader } from '../../src/engine/ports.ts';
import type { Life } from './life.ts';
import type { SimulatedProcess, SimulatedProcesses } from './simulated-processes.ts';
import type { VirtualClock } from '../../src/simulate/virtual-clock.ts';

/** What the ports of a life need of the world. */
export interface AttemptWorld {
  readonly processes: SimulatedProcesses;
  readonly clock: VirtualClock;
  readonly life: Life;
  /** Told of every start before it happens. */
  readonly onStart: (named: NamedAttempt) => void;
}

/** An attempt, or the execution of a check of its result, as it is started. */
export interface NamedAttempt {
  readonly attemptId: string;
  readonly stepId: string;
  readonly attempt: number;
  /** The how many-th execution of a check; null: the attempt itself. */
  readonly checkRun: number | null;
  /** The tool that was picked; null: the step, or the check, names it itself. */
  readonly toolId: string | null;
  readonly folder: string;
  /** As people say it, `s1.2` or `s1.2.check-1`. */
  readonly name: string;
}

/** Attempts as one life of an engine starts, finds and stops them; each call may be its last. */
export function lifeAttempts(world: AttemptWorld): AttemptPort {
  const { processes, clock, life } = world;
  return {
    start: (spec, signal) =>
      life.answer(() => {
        const named = nameOf(spec);
        let process: SimulatedProcess | null = null;
        life.act(life.fate(false), () => {
          world.onStart(named);
          if (!processes.behaviourOf(named).cannotStart) process = processes.start(named, life.number);
        });
        return process === null ? notStarted(clock) : watch(world, process, signal);
      }),
    reattach: (spec, signal) =>
      life.answer(() => {
        life.act(life.fate(false), () => undefined);
        const process = processes.find(spec.attemptId);
        if (process === undefined) return interrupted(clock, 'it was never started');
        process.watchedBy = life.number;
        process.watchedSinceMs = clock.monotonicMs();
        return watch(world, process, signal);
      }),
    stop: (spec) =>
      life.answer(async () => {
        const process = processes.find(spec.attemptId);
        life.act(life.fate(false), () => {
          if (process?.alive === true) processes.terminate(process);
        });
        if (process === undefined) return { endedByItself: null };
        if (process.alive) await stopped(world, process, spec.graceMs);
        return { endedByItself: process.exit };
      }),
    tail: (attemptFolder) =>
      life.answer(() => {
        life.act(life.fate(false), () => undefined);
        return processes.in(attemptFolder)?.printed ?? '';
      }),
    sweep: () =>
      life.answer(() => {
        const living = processes.living();
        life.act(life.fate(false), () => {
          for (const process of living) processes.kill(process);
        });
        return living.length;
      }),
  };
}

/** Outputs as the attempt left them. */
export function lifeOutputs({ processes }: AttemptWorld): OutputReader {
  return async (file, declared) => {
    const outputs = processes.in(dirname(file))?.outputs ?? null;
    if (outputs === null) return { problems: Object.keys(declared).map((name) => `${name} was not written`) };
    return { values: outputs, undeclared: [] };
  };
}

function nameOf({ attemptId, folder, env }: AttemptSpec): NamedAttempt {
  const name = basename(folder);
  const [, stepId = '', attempt, checkRun] = /^(\w+)\.(\d+)(?:\.check-(\d+))?$/.exec(name) ?? [];
  return {
    attemptId,
    folder,
    name,
    stepId,
    attempt: Number(attempt),
    checkRun: checkRun === undefined ? null : Number(checkRun),
    toolId: env['STATEYARD_TOOL_ID'] ?? null,
  };
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
