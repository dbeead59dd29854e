import { setTimeout as pause } from 'node:timers/promises';
import { attemptPaths, fenceAttempt, findWrapper, readExit, readOwnExit, readPidFile, readStop } from './attempt-folder.ts';
import type { AttemptPaths, ExitRecord, WrapperRecord } from './attempt-folder.ts';
import { attemptProcessFinder, searchOf } from './attempt-processes.ts';
import type { ProcessSearch } from './attempt-processes.ts';
import type { AttemptEnd, AttemptSpec } from './attempt-spec.ts';
import { capLog, watchLog } from './log-watch.ts';
import { groupExists } from './process-table.ts';
import { terminate } from './terminate.ts';
import { judgeExit, logLimitOutcome } from './verdict.ts';

const pollMs = 50;

/**
 * Finds an attempt again that an engine which is no more had begun, or was about to begin: takes its end from disk, or waits for
 * it while it lives. Where neither is possible the outcome is `interrupted`; by then nothing of the attempt lives, and nothing of it
 * can start any more. Aborting ends the waiting alone (null), as with {@link startAttempt}.
 */
export async function reattachAttempt(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd | null> {
  const paths = attemptPaths(spec.folder);
  const group = await waitForWrapper(spec, paths, signal);
  if (signal.aborted) return null;
  const exit = readOwnExit(paths);
  const rest = { ...searchOf(spec), group: group.pid, trusted: false };
  if (exit !== null) {
    const mayHaveRest = group.pid !== null && groupExists(group.pid);
    const survivors = mayHaveRest ? await stopRest(spec, { ...rest, scope: 'group' }) : [];
    return signal.aborted ? null : ended(spec, { exit, survivors, alreadyEnded: !group.waited });
  }
  const survivors = await stopRest(spec, { ...rest, scope: 'all' });
  return signal.aborted ? null : interrupted(spec, paths, survivors);
}

/** The end of an attempt that has an exit file. */
export function ended(
  spec: AttemptSpec,
  { exit, survivors, alreadyEnded }: { exit: ExitRecord; survivors: readonly number[]; alreadyEnded: boolean },
): AttemptEnd {
  capLog(spec);
  return { ...judgeExit(spec, exit), endedAtMs: exit.endedAtMs, alreadyEnded, survivors };
}

/** The wrapper of an attempt, as far as it can be known: from the pid file, or by its mark while that is not written yet. */
export function locateWrapper(spec: AttemptSpec, paths: AttemptPaths): WrapperRecord | null {
  const written = readPidFile(paths);
  if (written.kind === 'wrapper') return written.wrapper;
  const marked = attemptProcessFinder({ ...searchOf(spec), group: null, trusted: false, scope: 'all' })();
  const leader = marked.find((entry) => entry.pid === entry.group && entry.pid === entry.session);
  if (leader !== undefined) return { pid: leader.pid, start: leader.start, writtenAtMs: Date.now() };
  const fence = fenceAttempt(paths);
  return fence.kind === 'wrapper' ? fence.wrapper : null;
}

async function waitForWrapper(
  spec: AttemptSpec,
  paths: AttemptPaths,
  signal: AbortSignal,
): Promise<{ pid: number | null; waited: boolean }> {
  if (readExit(paths) !== null) return { pid: knownPid(paths), waited: false };
  const wrapper = locateWrapper(spec, paths);
  if (wrapper === null || findWrapper(wrapper, spec.attemptId) === null) return { pid: wrapper?.pid ?? null, waited: false };
  const unwatch = watchLog(spec, wrapper.pid);
  try {
    while (!signal.aborted && findWrapper(wrapper, spec.attemptId) !== null) await pause(pollMs);
  } finally {
    unwatch();
  }
  return { pid: wrapper.pid, waited: true };
}

function knownPid(paths: AttemptPaths): number | null {
  const file = readPidFile(paths);
  return file.kind === 'wrapper' ? file.wrapper.pid : null;
}

async function stopRest(spec: AttemptSpec, search: ProcessSearch): Promise<readonly number[]> {
  return (await terminate({ find: attemptProcessFinder(search), group: search.group, graceMs: spec.graceMs })).survivors;
}

function interrupted(spec: AttemptSpec, paths: AttemptPaths, survivors: readonly number[]): AttemptEnd {
  capLog(spec);
  const toolStarted = readPidFile(paths).kind === 'wrapper';
  const message = !toolStarted
    ? 'the engine ended before the program of the attempt was started'
    : readStop(paths) === null
      ? 'the engine ended while the attempt was running, and the attempt ended without a result'
      : 'the engine was interrupted and stopped the attempt before it had ended';
  const outcome = logLimitOutcome(spec) ?? { kind: 'interrupted', message };
  return { outcome, endedAtMs: Date.now(), toolStarted, alreadyEnded: true, survivors };
}
