import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reattachAttempt, startAttempt, stopAttempt, sweepRun } from '../tools/attempt.ts';
import { prepareOutputFile, readOutputs } from '../tools/outputs.ts';
import type { AttemptPort, OutputReader } from './ports.ts';

/** Attempts as processes of this machine. A wait that was given up never ends: the chart has left the state that asked for it. */
export const subprocessAttempts: AttemptPort = {
  start(spec, signal) {
    mkdirSync(spec.folder, { recursive: true, mode: 0o700 });
    prepareOutputFile(join(spec.folder, 'output'));
    return startAttempt(spec, signal).then(endOrNever);
  },
  reattach: (spec, signal) => reattachAttempt(spec, signal).then(endOrNever),
  stop: (spec) => stopAttempt(spec),
  sweep: (runId) => sweepRun(runId),
};

/** Outputs from the file that the attempt's process was told of. */
export const fileOutputs: OutputReader = (file, declared) => Promise.resolve(readOutputs(file, declared));

function endOrNever<End>(end: End | null): End | Promise<never> {
  return end ?? new Promise<never>(() => undefined);
}
