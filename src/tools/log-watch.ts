import { statSync } from 'node:fs';
import { defaultLogLimitBytes } from './attempt-spec.ts';
import type { AttemptSpec } from './attempt-spec.ts';
import { attemptPaths, noteStop } from './attempt-folder.ts';
import { attemptProcessFinder } from './attempt-processes.ts';
import { terminate } from './terminate.ts';

const everyMs = 1000;
const watched = new Set<() => void>();
let timer: NodeJS.Timeout | null = null;

/**
 * Stops the attempt when its log outgrows its limit; looks once a second, one timer for all attempts. `group` is the living
 * wrapper's pid. The returned function ends the watch.
 */
export function watchLog(spec: AttemptSpec, group: number): () => void {
  const paths = attemptPaths(spec.folder);
  const limit = spec.logLimitBytes ?? defaultLogLimitBytes;
  const look = (): void => {
    if (sizeOf(paths.log) <= limit) return;
    unwatch();
    noteStop(paths, 'log limit');
    const find = attemptProcessFinder({ attemptId: spec.attemptId, group, trusted: true, scope: 'all' });
    void terminate({ find, group, graceMs: spec.graceMs });
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

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
