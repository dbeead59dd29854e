import { statSync, truncateSync } from 'node:fs';
import { defaultLogLimitBytes } from './attempt-spec.ts';
import type { AttemptSpec } from './attempt-spec.ts';
import { attemptPaths, knownWrapper, noteStop, readPidFile } from './attempt-folder.ts';
import type { AttemptPaths } from './attempt-folder.ts';
import { attemptProcessFinder, searchOf } from './attempt-processes.ts';
import { terminate } from './terminate.ts';

const everyMs = 250;
const watched = new Set<() => void>();
let timer: NodeJS.Timeout | null = null;

/**
 * Stops the attempt when its log outgrows its limit; looks four times a second, one timer for all attempts. What the tool goes on
 * writing until it ends is cut away. The returned function ends the watch.
 */
export function watchLog(spec: AttemptSpec): () => void {
  const paths = attemptPaths(spec.folder);
  let stopped = false;
  const look = (): void => {
    if (!outgrown(spec, paths)) return;
    capLog(spec);
    if (stopped) return;
    stopped = true;
    const leader = readPidFile(paths);
    const group = leader.kind === 'leader' ? leader.leader.pid : null;
    const find = attemptProcessFinder({ ...searchOf(spec), group, trusted: true, scope: 'all' });
    void terminate({ find, group, wrapper: knownWrapper(paths), graceMs: spec.graceMs });
  };
  const unwatch = (): void => {
    watched.delete(look);
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  watched.add(look);
  timer ??= setInterval(() => watched.forEach((each) => each()), everyMs).unref();
  return unwatch;
}

/**
 * Cuts the log of an attempt back to its limit and notes that it had outgrown it. Also to be called before the attempt's end is judged:
 * the tool may have been faster than the watch. (The log was opened for appending: a tool that writes on does so at the new end.)
 * Whether it had to be cut.
 */
export function capLog(spec: AttemptSpec): boolean {
  const paths = attemptPaths(spec.folder);
  if (!outgrown(spec, paths)) return false;
  const noted = tryNote(paths);
  try {
    truncateSync(paths.log, limitOf(spec));
  } catch {
    // Not ours any more, or a disk that takes no change: the log stays as long as it is.
  }
  if (!noted) tryNote(paths);
  return true;
}

function limitOf(spec: AttemptSpec): number {
  return spec.logLimitBytes ?? defaultLogLimitBytes;
}

function outgrown(spec: AttemptSpec, paths: AttemptPaths): boolean {
  return (statSync(paths.log, { throwIfNoEntry: false })?.size ?? 0) > limitOf(spec);
}

/** False where the disk is full, perhaps of this very log: the tool is to be stopped all the same. */
function tryNote(paths: AttemptPaths): boolean {
  try {
    noteStop(paths, 'log limit');
    return true;
  } catch {
    return false;
  }
}
