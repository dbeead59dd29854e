import { constants } from 'node:os';
import type { Outcome } from '../../schemas/outcome.ts';
import { defaultLogLimitBytes } from './attempt-spec.ts';
import type { AttemptSpec } from './attempt-spec.ts';
import { attemptPaths, readStop } from './attempt-folder.ts';
import { attemptSearchPath } from './environment.ts';
import { programName } from './launch.ts';
import { diagnoseProgram, foreign } from './program.ts';
import type { SpawnProblem } from './program.ts';

/** What a wrapper's exit code says, with whether the program was executed at all. */
export interface ExitReport {
  readonly code: number;
  readonly executed: boolean;
}

/** An outcome, and whether an instruction of the tool was executed. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly toolStarted: boolean;
}

/** Judges an exit from what is on disk alone, so that it comes out the same after a crash. `mayBeStopped` is false where no stop was noted before the end. */
export function judgeExit(spec: AttemptSpec, exit: ExitReport, mayBeStopped = true): Verdict {
  const problem = spawnProblem(spec, exit);
  if (problem !== null) return { outcome: { kind: 'spawnFailed', ...problem }, toolStarted: false };
  return { outcome: (mayBeStopped ? logLimitOutcome(spec) : null) ?? outcomeOfCode(exit.code), toolStarted: true };
}

/** Success, a signal (128 and its number), or a plain failure. */
function outcomeOfCode(code: number): Outcome {
  if (code === 0) return { kind: 'succeeded', exitCode: 0 };
  const signal = code > 128 ? signalNames.get(code - 128) : undefined;
  return signal === undefined ? { kind: 'exitNonZero', exitCode: code } : { kind: 'signaled', signal, exitCode: code };
}

/** The outcome of an attempt whose wrapper was itself killed by `signal`. */
export function outcomeOfSignal(spec: AttemptSpec, signal: NodeJS.Signals): Outcome {
  return logLimitOutcome(spec) ?? { kind: 'signaled', signal, exitCode: 128 + constants.signals[signal] };
}

/** The outcome of an attempt that was stopped because of the size of its log; null for every other. */
export function logLimitOutcome(spec: AttemptSpec): Outcome | null {
  if (readStop(attemptPaths(spec.folder)) !== 'log limit') return null;
  const limit = spec.logLimitBytes ?? defaultLogLimitBytes;
  return { kind: 'logLimit', limitBytes: limit };
}

// The first name of a number is the usual one (SIGABRT before SIGIOT).
const signalNames = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name] as const)
    .toReversed(),
);

function spawnProblem(spec: AttemptSpec, exit: ExitReport): SpawnProblem | null {
  if (exit.executed && exit.code !== 126 && exit.code !== 127) return null;
  const searchPath = attemptSearchPath(spec);
  const name = programName(spec.action, searchPath);
  const problem = diagnoseProgram(name, { searchPath, cwd: spec.cwd });
  if (problem !== null || exit.executed) return problem;
  return { code: 'ENOEXEC', message: foreign(name) };
}
