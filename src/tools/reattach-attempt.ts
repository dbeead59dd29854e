import { setTimeout as pause } from 'node:timers/promises';
import {
  attemptPaths,
  fenceAttempt,
  findLeader,
  knownWrapper,
  launcherLives,
  readExit,
  readOwnExit,
  readPidFile,
  readStop,
} from './attempt-folder.ts';
import type { AttemptPaths, ExitRecord, LeaderRecord } from './attempt-folder.ts';
import { attemptProcessFinder, searchOf } from './attempt-processes.ts';
import type { ProcessSearch } from './attempt-processes.ts';
import type { AttemptEnd, AttemptSpec } from './attempt-spec.ts';
import { capLog, watchLog } from './log-watch.ts';
import { groupExists } from './process-table.ts';
import { terminate } from './terminate.ts';
import { judgeExit, logLimitOutcome } from './verdict.ts';

const pollMs = 50;

/** How long the exit file may take once a tool has ended whose launcher is not known: the launcher writes it at once. */
const exitPatienceMs = 500;

/** How long a pid file may be there without its text: it is written at once. */
const pidPatienceMs = 500;

/**
 * Finds an attempt again that an engine which is no more had begun, or was about to begin: takes its end from disk, or waits for
 * it while it lives. Where neither is possible the outcome is `interrupted`; by then nothing of the attempt lives, and nothing of it
 * can start any more. `lost` is what the attempt has lost, for the message. Aborting ends the waiting alone (null), as with {@link startAttempt}.
 */
export async function reattachAttempt(
  spec: AttemptSpec,
  signal: AbortSignal,
  lost: 'engine' | 'launcher' = 'engine',
): Promise<AttemptEnd | null> {
  const paths = attemptPaths(spec.folder);
  const group = await waitForLeader(spec, paths, signal);
  if (signal.aborted) return null;
  const exit = readOwnExit(paths);
  const rest = { ...searchOf(spec), group: group.pid, trusted: false };
  if (exit !== null) {
    const mayHaveRest = group.pid !== null && groupExists(group.pid);
    const survivors = mayHaveRest ? await stopRest(spec, { ...rest, scope: 'group' }) : [];
    return signal.aborted ? null : ended(spec, { exit, survivors, alreadyEnded: !group.waited });
  }
  const survivors = await stopRest(spec, { ...rest, scope: 'all' });
  return signal.aborted ? null : interrupted(spec, lost, survivors);
}

/** The end of an attempt that has an exit file. */
export function ended(
  spec: AttemptSpec,
  { exit, survivors, alreadyEnded }: { exit: ExitRecord; survivors: readonly number[]; alreadyEnded: boolean },
): AttemptEnd {
  capLog(spec);
  return { ...judgeExit(spec, exit), endedAtMs: exit.endedAtMs, alreadyEnded, survivors };
}

/** The leader of an attempt's group, as far as it can be known: from the pid file, or by its mark while that is not written yet. */
export async function locateLeader(spec: AttemptSpec, paths: AttemptPaths): Promise<LeaderRecord | null> {
  const written = readPidFile(paths);
  if (written.kind === 'leader') return written.leader;
  const marked = attemptProcessFinder({ ...searchOf(spec), group: null, trusted: false, scope: 'all' })();
  const leader = marked.find((entry) => entry.pid === entry.group && entry.pid === entry.session);
  if (leader !== undefined) return { pid: leader.pid, start: leader.start, writtenAtMs: Date.now(), launcher: null };
  // Who has created the pid file has no mark yet, if it is to be the tool, and is about to execute it.
  for (let waitedMs = 0; waitedMs < pidPatienceMs; waitedMs += 1) {
    const fence = fenceAttempt(paths);
    if (fence.kind === 'leader') return fence.leader;
    if (fence.kind !== 'incomplete') return null;
    await pause(1);
  }
  return null;
}

async function waitForLeader(
  spec: AttemptSpec,
  paths: AttemptPaths,
  signal: AbortSignal,
): Promise<{ pid: number | null; waited: boolean }> {
  if (readExit(paths) !== null) return { pid: knownPid(paths), waited: false };
  const leader = await locateLeader(spec, paths);
  if (leader === null || !mayStillEnd(leader, spec, paths)) return { pid: leader?.pid ?? null, waited: false };
  const unwatch = watchLog(spec);
  try {
    while (!signal.aborted && mayStillEnd(leader, spec, paths)) await pause(pollMs);
    if (!signal.aborted && readPidFile(paths).kind !== 'leader') await waitForExit(paths);
  } finally {
    unwatch();
  }
  return { pid: leader.pid, waited: true };
}

/** Whether the attempt can come to an end of its own: it lives, or its launcher is about to write how it ended. */
function mayStillEnd(leader: LeaderRecord, spec: AttemptSpec, paths: AttemptPaths): boolean {
  if (findLeader(leader, spec.attemptId) !== null) return true;
  return launcherLives(leader) && readExit(paths) === null;
}

async function waitForExit(paths: AttemptPaths): Promise<void> {
  for (let waitedMs = 0; waitedMs < exitPatienceMs && readExit(paths) === null; waitedMs += 10) await pause(10);
}

function knownPid(paths: AttemptPaths): number | null {
  const file = readPidFile(paths);
  return file.kind === 'leader' ? file.leader.pid : null;
}

async function stopRest(spec: AttemptSpec, search: ProcessSearch): Promise<readonly number[]> {
  const wrapper = knownWrapper(attemptPaths(spec.folder));
  return (await terminate({ find: attemptProcessFinder(search), group: search.group, wrapper, graceMs: spec.graceMs })).survivors;
}

function interrupted(spec: AttemptSpec, lost: 'engine' | 'launcher', survivors: readonly number[]): AttemptEnd {
  const paths = attemptPaths(spec.folder);
  capLog(spec);
  const toolStarted = readPidFile(paths).kind === 'leader';
  const message = !toolStarted
    ? `the ${lost} ended before the program of the attempt was started`
    : readStop(paths) === null
      ? `the ${lost} ended while the attempt was running, and the attempt ended without a result`
      : 'the engine was interrupted and stopped the attempt before it had ended';
  const outcome = logLimitOutcome(spec) ?? { kind: 'interrupted', message };
  return { outcome, endedAtMs: Date.now(), toolStarted, alreadyEnded: true, survivors };
}
