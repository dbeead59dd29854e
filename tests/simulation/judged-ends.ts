import { isTask, meansOf } from './made-tools.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import type { SimulatedProcess } from './simulated-processes.ts';

/** An outcome as an event tells it. */
export type ToldOutcome = Readonly<Record<string, unknown>> & { readonly kind: string };

type Judge = (process: SimulatedProcess, outcome: ToldOutcome, made: MadeWorkflow) => string | null;

/** Why a process that has ended cannot have had that outcome; null when it can. Whether a timeout came too early is not looked at. */
export function whyNotEnd(made: MadeWorkflow, process: SimulatedProcess, outcome: ToldOutcome): string | null {
  if (process.alive) return 'its process lives';
  return judges[outcome.kind]?.(process, outcome, made) ?? null;
}

const whyNotSuccess: Judge = ({ behaviour: { exitCode }, stopRequested }) =>
  exitCode === 0 && !stopRequested ? null : `its process ended otherwise (${String(exitCode)})`;

/** What an exit code means is for the configuration of the tool to say; that of a check is judged as a check. */
const whyNotCode: Judge = ({ behaviour: { exitCode }, checkRun, stepId, toolId }, outcome, made) => {
  const means = isTask(made, stepId) && checkRun === null ? meansOf(made, toolId, exitCode) : null;
  const expected = means === null ? 'exitNonZero' : 'judged';
  if (outcome.kind !== expected || (means !== null && outcome['means'] !== means))
    return `its exit code ${String(exitCode)} means ${means ?? 'nothing more'}`;
  if (checkRun !== null) return 'it is a check';
  return outcome['exitCode'] === exitCode ? null : `its exit code is ${String(exitCode)}`;
};

const whyNotRefused: Judge = ({ checkRun, exit, behaviour: { exitCode } }, outcome) => {
  const isRight = checkRun !== null && exitCode !== 0 && outcome['exitCode'] === (exit === null ? null : exitCode);
  return isRight ? null : `its process ended otherwise (${String(exitCode)})`;
};

const whyNotCutShort: Judge = ({ exit, behaviour: { exitCode } }) =>
  exit === null ? null : `it had come to its end with exit code ${String(exitCode)}`;

const judges: Readonly<Record<string, Judge>> = {
  succeeded: whyNotSuccess,
  outputInvalid: whyNotSuccess,
  exitNonZero: whyNotCode,
  judged: whyNotCode,
  verificationFailed: whyNotRefused,
  interrupted: whyNotCutShort,
  timedOut: whyNotCutShort,
};
