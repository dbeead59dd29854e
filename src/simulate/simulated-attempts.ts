import { dirname } from 'node:path';
import type { AttemptEnd, AttemptPort, OutputReader } from '../engine/ports.ts';
import type { Life } from './life.ts';
import type { SimulatedProcess, SimulatedWorld } from './simulated-world.ts';

/** Starts, finds and stops simulated tools for one engine. A tool that is told to stop stops at once. */
export function simulatedAttempts(world: SimulatedWorld, life: Life): AttemptPort {
  return {
    start: (spec, signal) => life.answer(() => whenEnded(world.start(spec), signal)),
    reattach: (spec, signal) =>
      life.answer(() => {
        const process = world.find(spec.attemptId);
        if (process !== undefined) return whenEnded(process, signal);
        return { outcome: { kind: 'interrupted', message: 'it was never started' }, endedAtMs: world.clock.nowMs() };
      }),
    stop: (spec) =>
      life.answer(() => {
        const process = world.find(spec.attemptId);
        if (process !== undefined) world.stop(process);
        return { endedByItself: process === undefined || process.isStopped ? null : process.end };
      }),
    tail: async () => '',
    sweep: (_folder) =>
      life.answer(() => {
        const living = world.living();
        for (const process of living) world.stop(process);
        return living.length;
      }),
  };
}

/** Reads the outputs that simulated tools have left. */
export function simulatedOutputs(world: SimulatedWorld): OutputReader {
  return async (file, declared) => {
    const process = world.inFolder(dirname(file));
    const values = process === undefined || process.end === null || process.isStopped ? null : process.behaviour.outputs;
    if (values === null) return { problems: Object.keys(declared).map((name) => `${name} was not written`) };
    return { values, undeclared: [] };
  };
}

/** The end when it comes; an abort ends the waiting alone. */
function whenEnded(process: SimulatedProcess, signal: AbortSignal): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const tell = (): void => {
      if (process.end !== null) resolve(process.end);
    };
    if (process.end !== null) {
      tell();
      return;
    }
    process.watchers.add(tell);
    signal.addEventListener('abort', () => process.watchers.delete(tell), { once: true });
  });
}
