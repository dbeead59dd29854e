import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { attemptPaths, readExit, readPidFile } from './attempt-folder.ts';
import { attemptProcessFinder, searchOf } from './attempt-processes.ts';
import type { AttemptEnd, AttemptSpec } from './attempt-spec.ts';
import { diagnosePidFile, explainRefusal, launch, launchAgain } from './launch.ts';
import type { Launch } from './launch.ts';
import type { LaunchEnd } from './launch-request.ts';
import type { Handed } from './launchers.ts';
import { capLog, watchLog } from './log-watch.ts';
import { groupExists } from './process-table.ts';
import type { SpawnProblem } from './program.ts';
import { reattachAttempt } from './reattach-attempt.ts';
import { terminate } from './terminate.ts';
import { judgeExit, outcomeOfSignal } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { notStartedExitCode } from './wrapper.ts';

/**
 * Starts an attempt and waits for its end. What the tool leaves running in its group is stopped (SIGTERM, grace, SIGKILL) before
 * the end is reported; what left the group is not looked for here. Aborting ends the waiting alone: the promise resolves to null
 * and the attempt goes on, because stopping it is a step of its own. Throws InvariantError when the folder was used before.
 */
export async function startAttempt(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd | null> {
  if (signal.aborted) return null;
  const paths = attemptPaths(spec.folder);
  const launched = await launch(spec, paths);
  if (launched.kind === 'failed') return notStarted(launched.problem);
  const unwatch = watchLog(spec);
  try {
    if (launched.kind === 'handed') return await endOfHanded(spec, launched.handed, signal);
    return await endOfSpawned(spec, launched, signal);
  } finally {
    unwatch();
  }
}

async function endOfSpawned(
  spec: AttemptSpec,
  { child, pid }: Extract<Launch, { readonly kind: 'spawned' }>,
  signal: AbortSignal,
): Promise<AttemptEnd | null> {
  const exit = await waitForExit(child, signal);
  return exit === null ? null : finish(spec, pid, exit, signal);
}

async function endOfHanded(spec: AttemptSpec, handed: Handed, abort: AbortSignal): Promise<AttemptEnd | null> {
  const end = await waitForAnswer(handed, abort);
  if (end === null) return null;
  if (end.kind === 'lost') return endOfLost(spec, abort);
  if (end.kind !== 'ended') return notStarted(explainRefusal(spec, end));
  const survivors = end.rest || !end.written ? await stopRest(spec, end.pid, end.written ? 'group' : 'all') : [];
  if (abort.aborted) return null;
  const capped = capLog(spec);
  const { outcome, toolStarted } = judgeExit(spec, end, end.stopped || capped);
  return { outcome, toolStarted, survivors, endedAtMs: endedAtMs(spec, end), alreadyEnded: false };
}

/**
 * The launcher has ended before the attempt. Its channel is closed, and who is about to become the tool keeps it open until it is: so where no pid
 * file stands by now, nothing was started, nor can it be any more.
 */
async function endOfLost(spec: AttemptSpec, abort: AbortSignal): Promise<AttemptEnd | null> {
  const paths = attemptPaths(spec.folder);
  if (readPidFile(paths).kind !== 'missing') return reattachAttempt(spec, abort, 'launcher');
  const launched = await launchAgain(spec, paths);
  return launched.kind === 'failed' ? notStarted(launched.problem) : endOfSpawned(spec, launched, abort);
}

function endedAtMs(spec: AttemptSpec, { written }: { readonly written: boolean }): number {
  const exit = written ? statSync(attemptPaths(spec.folder).exit, { throwIfNoEntry: false }) : undefined;
  return Math.floor(exit?.mtimeMs ?? Date.now());
}

function waitForAnswer(handed: Handed, abort: AbortSignal): Promise<LaunchEnd | null> {
  return new Promise((resolve) => {
    const onAbort = (): void => {
      // What is no longer watched must not keep this process from ending.
      handed.forget();
      resolve(null);
    };
    abort.addEventListener('abort', onAbort, { once: true });
    void handed.end.then((end) => {
      abort.removeEventListener('abort', onAbort);
      resolve(end);
    });
    if (abort.aborted) onAbort();
  });
}

interface WrapperExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function waitForExit(child: ChildProcess, abort: AbortSignal): Promise<WrapperExit | null> {
  return new Promise((resolve) => {
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      abort.removeEventListener('abort', onAbort);
      resolve({ code, signal });
    };
    const onAbort = (): void => {
      child.off('exit', onExit);
      // What is no longer watched must not keep this process from ending.
      child.unref();
      resolve(null);
    };
    child.once('exit', onExit);
    abort.addEventListener('abort', onAbort, { once: true });
    if (abort.aborted) onAbort();
  });
}

async function finish(spec: AttemptSpec, group: number, wrapper: WrapperExit, abort: AbortSignal): Promise<AttemptEnd | null> {
  const exit = readExit(attemptPaths(spec.folder));
  const survivors = await stopRest(spec, group, exit === null ? 'all' : 'group');
  if (abort.aborted) return null;
  capLog(spec);
  const { outcome, toolStarted } = exit === null ? judgeWithoutExitFile(spec, wrapper) : judgeExit(spec, exit);
  return { outcome, toolStarted, survivors, endedAtMs: exit?.endedAtMs ?? Date.now(), alreadyEnded: false };
}

async function stopRest(spec: AttemptSpec, group: number, scope: 'group' | 'all'): Promise<readonly number[]> {
  if (scope === 'group' && !groupExists(group)) return [];
  const find = attemptProcessFinder({ ...searchOf(spec), group, trusted: true, scope });
  return (await terminate({ find, group, graceMs: spec.graceMs })).survivors;
}

/** The wrapper was killed, could not write (a full disk, a folder that the tool removed), or was forbidden to start. */
function judgeWithoutExitFile(spec: AttemptSpec, { code, signal }: WrapperExit): Verdict {
  // The tool's own 125 comes after the pid file was written.
  const isLed = readPidFile(attemptPaths(spec.folder)).kind === 'leader';
  if (code !== null && (code !== notStartedExitCode || isLed)) return judgeExit(spec, { code, executed: true });
  if (code === notStartedExitCode) return { outcome: { kind: 'spawnFailed', ...diagnosePidFile(spec) }, toolStarted: false };
  return { outcome: outcomeOfSignal(spec, signal ?? 'SIGKILL'), toolStarted: isLed };
}

function notStarted(problem: SpawnProblem): AttemptEnd {
  return {
    outcome: { kind: 'spawnFailed', ...problem },
    endedAtMs: Date.now(),
    toolStarted: false,
    alreadyEnded: false,
    survivors: [],
  };
}
