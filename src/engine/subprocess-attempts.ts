import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reattachAttempt, startAttempt, stopAttempt, sweepRun } from '../tools/attempt.ts';
import { readTail } from '../logs/read-log.ts';
import { prepareOutputFile, readOutputs } from '../tools/outputs.ts';
import type { AttemptEnd, AttemptPort, AttemptSpec, OutputReader } from './ports.ts';

/** Attempts as processes of this machine. A wait that was given up never ends: the chart has left the state that asked for it. */
export const subprocessAttempts: AttemptPort = {
  async start(spec, signal) {
    return prepareFolder(spec) ?? endOrNever(await startAttempt(spec, signal));
  },
  reattach: (spec, signal) => reattachAttempt(spec, signal).then(endOrNever),
  stop: (spec) => stopAttempt(spec),
  tail: (folder, bytes) => Promise.resolve(readTail(join(folder, 'log'), bytes)),
  sweep: (runFolder, graceMs) => sweepRun(runFolder, graceMs),
};

/** Outputs from the file that the attempt's process was told of. */
export const fileOutputs: OutputReader = (file, declared) => Promise.resolve(readOutputs(file, declared));

/** A disk that is full or cannot be written is a failure of the attempt like any other reason not to start it: its end then, else null. */
function prepareFolder(spec: AttemptSpec): AttemptEnd | null {
  try {
    mkdirSync(spec.folder, { recursive: true, mode: 0o700 });
    prepareOutputFile(join(spec.folder, 'output'));
    return null;
  } catch (error) {
    const { code = 'EIO', message } = error as NodeJS.ErrnoException;
    const outcome = { kind: 'spawnFailed' as const, code, message: `the files of the attempt could not be written: ${message}` };
    return { outcome, endedAtMs: Date.now() };
  }
}

function endOrNever<End>(end: End | null): End | Promise<never> {
  return end ?? new Promise<never>(() => undefined);
}
