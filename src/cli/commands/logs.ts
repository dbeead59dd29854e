import { join } from 'node:path';
import { UserError, exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import type { StoredAttempt } from '../../history/history-rows.ts';
import type { RunHistory } from '../../history/run-history.ts';
import { readLog } from '../../logs/read-log.ts';
import type { StoreReader } from '../../store/reader.ts';
import { LogFollower } from '../follow-logs.ts';
import { startFollowing } from '../following.ts';
import type { Io } from '../io.ts';
import { logPrinter } from '../log-printer.ts';
import type { LogForm } from '../log-printer.ts';
import { selectAttempts, whyNoLog } from '../log-selection.ts';
import { withRun } from '../open-run.ts';
import type { LogsOptions } from '../options.ts';

const widestLabel = 24;

/** `stateyard logs RUN [STEP]`. */
export async function run(options: LogsOptions, io: Io): Promise<ExitCode> {
  if (options.attempt !== null && options.step === null) {
    throw new UserError(exitCodes.usage, 'missing_argument', '--attempt needs STEP: attempts are counted by step');
  }
  if (options.check !== null && options.step === null) {
    throw new UserError(exitCodes.usage, 'missing_argument', '--check needs STEP: checks are those of a step');
  }
  return await withRun(options, io, async (history) => {
    const attempts = await selectAttempts(history, options);
    const form = formOf(options, attempts, io);
    if (options.follow) return await follow(history, attempts, { options, form, io });
    if (attempts.length === 0 && !options.quiet) {
      io.stderr(`${options.step === null ? 'no step has started' : whyNoLog(history, options.step)}\n`);
    }
    for (const attempt of attempts) await print(history.folder, attempt, { form, io });
    return exitCodes.succeeded;
  });
}

function formOf(options: LogsOptions, attempts: readonly StoredAttempt[], io: Io): LogForm {
  if (options.json) return { kind: 'json' };
  if (options.step !== null) return io.stdoutIsTTY ? { kind: 'lines', labelWidth: null } : { kind: 'bytes' };
  const longest = Math.max(0, ...attempts.map((attempt) => attempt.stepId.length));
  return { kind: 'lines', labelWidth: Math.min(longest, widestLabel) };
}

async function print(folder: string, attempt: StoredAttempt, { form, io }: { form: LogForm; io: Io }): Promise<void> {
  const path = attempt.document.outputs.logs_path;
  if (path === null) return;
  const printer = logPrinter(io, form, attempt);
  for await (const chunk of readLog(join(folder, path))) {
    if (io.outputClosed.aborted) return;
    await printer.write(chunk);
  }
  printer.end();
}

async function follow(
  history: RunHistory<StoreReader>,
  attempts: readonly StoredAttempt[],
  { options, form, io }: { options: LogsOptions; form: LogForm; io: Io },
): Promise<ExitCode> {
  const following = startFollowing(io);
  try {
    const selection = { step: options.step, attempt: options.attempt, check: options.check };
    const follower = new LogFollower({ history, selection, printerFor: (attempt) => logPrinter(io, form, attempt) });
    const end = await follower.follow(attempts, following.signal);
    if (end === 'unowned' && !options.quiet)
      io.stderr(`no process is running ${history.runId} any more: stateyard resume ${history.runId}\n`);
    return following.stoppedWith() ?? exitCodes.succeeded;
  } finally {
    following.dispose();
  }
}
