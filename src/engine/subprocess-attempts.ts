import { join } from 'node:path';
import { prepareAttempts, reattachAttempt, startAttempt, stopAttempt, sweepRun } from '../tools/attempt.ts';
import { readTail } from '../logs/read-log.ts';
import { readOutputs, syncOutputs } from '../tools/outputs.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { AttemptEnd, AttemptPort, AttemptSpec, FunctionCall, OutputReader } from './ports.ts';

/** Attempts as processes of this machine. A wait that was given up never ends: the chart has left the state that asked for it. */
export const subprocessAttempts: AttemptPort = {
  prepare: prepareAttempts,
  async start(spec, signal) {
    if (!isProcess(spec)) return { outcome: noSuchFunction(spec), endedAtMs: Date.now() };
    return withOutputsOnDisk(spec, await endOrNever(await startAttempt({ ...spec, emptyFile: 'output' }, signal)));
  },
  async reattach(spec, signal) {
    if (!isProcess(spec))
      return {
        outcome: { kind: 'interrupted', message: 'the program that called the function has ended' },
        endedAtMs: Date.now(),
      };
    return withOutputsOnDisk(spec, await endOrNever(await reattachAttempt(spec, signal)));
  },
  stop: (spec) => (isProcess(spec) ? stopAttempt(spec) : Promise.resolve({ endedByItself: null })),
  tail: (folder, bytes) => Promise.resolve(readTail(join(folder, 'log'), bytes)),
  sweep: (runFolder, graceMs) => sweepRun(runFolder, graceMs),
};

/** Outputs from the file that the attempt's process was told of. */
export const fileOutputs: OutputReader = (file, declared) => Promise.resolve(readOutputs(file, declared));

type ProcessSpec = AttemptSpec & { readonly action: Exclude<AttemptSpec['action'], FunctionCall> };

function isProcess(spec: AttemptSpec): spec is ProcessSpec {
  return spec.action.kind !== 'function';
}

/** No run is taken up for its functions here; but one that is being canceled may come to a step that is to run all the same. */
function noSuchFunction({ action }: AttemptSpec): Outcome {
  const name = action.kind === 'function' ? action.name : '';
  return {
    kind: 'spawnFailed',
    code: 'ENOENT',
    message: `the function "${name}" is known only to the program that registers it`,
  };
}

/** Outputs that cannot be put on disk are none: what is read from them later may not be what was written. */
function withOutputsOnDisk(spec: AttemptSpec, end: AttemptEnd): AttemptEnd {
  if (end.outcome.kind !== 'succeeded') return end;
  try {
    syncOutputs(join(spec.folder, 'output'));
    return end;
  } catch (error) {
    const problem = `the outputs could not be put on disk: ${error instanceof Error ? error.message : String(error)}`;
    return { ...end, outcome: { kind: 'outputInvalid', problems: [problem] } };
  }
}

function endOrNever<End>(end: End | null): End | Promise<never> {
  return end ?? new Promise<never>(() => undefined);
}
