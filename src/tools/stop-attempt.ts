import { attemptPaths, findLeader, forgetStop, noteStop, readExit, readOwnExit, readStop } from './attempt-folder.ts';
import type { AttemptPaths, ExitRecord } from './attempt-folder.ts';
import { attemptProcessFinder, searchOf } from './attempt-processes.ts';
import type { AttemptEnd, AttemptSpec } from './attempt-spec.ts';
import { groupExists } from './process-table.ts';
import { capLog } from './log-watch.ts';
import { ended, locateLeader } from './reattach-attempt.ts';
import { terminate } from './terminate.ts';

/** What a stop found. */
export interface StopReport {
  /** The attempt's own end, when it came before the stop; null when the stop ended it, or it had never started. */
  readonly endedByItself: AttemptEnd | null;
  /** Processes that could not be stopped: not ours to signal, or stuck in the kernel. Nearly always empty. */
  readonly survivors: readonly number[];
}

/**
 * Stops an attempt: SIGTERM to its group and to whatever carries its mark, the grace, SIGKILL. Resolves when nothing of it is left,
 * at the latest half a second after the grace. An attempt that had not started yet never will. May be called again after a
 * crash in the middle of it: an end that the first stop caused is not taken for the attempt's own.
 */
export async function stopAttempt(spec: AttemptSpec): Promise<StopReport> {
  const paths = attemptPaths(spec.folder);
  const leader = await locateLeader(spec, paths);
  const exit = ownExit(paths);
  const group = leader?.pid ?? null;
  const wrapper = leader?.launcher === null ? leader.pid : null;
  const trusted = leader !== null && findLeader(leader, spec.attemptId) !== null;
  const scope = exit === null ? 'all' : 'group';
  const find = attemptProcessFinder({ ...searchOf(spec), group, trusted, scope });
  const nothingLeft = exit !== null && (group === null || !groupExists(group));
  const { survivors } = nothingLeft ? { survivors: [] } : await terminate({ find, group, wrapper, graceMs: spec.graceMs });
  capLog(spec);
  return { endedByItself: exit === null ? null : ended(spec, { exit, survivors, alreadyEnded: true }), survivors };
}

/** The exit that no stop of ours has caused, or null; null also means that the stop is noted on disk now. */
function ownExit(paths: AttemptPaths): ExitRecord | null {
  const exit = readOwnExit(paths);
  if (exit !== null || readStop(paths) !== null) return exit;
  noteStop(paths, 'requested');
  // Once more: until now no signal was sent, so an end that came between the look and the note is the attempt's own. The note goes
  // again, because who writes the exit file may have seen it.
  const late = readExit(paths);
  if (late !== null) forgetStop(paths);
  return late;
}
