import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * The variable that marks every process of an attempt: the marks of the runs and the ids of the attempts it descends from, outermost first,
 * joined by `/`. A run inside a tool of another run extends it, so stopping the outer attempt finds the inner one's processes too.
 */
export const lineageVariable = 'STATEYARD_LINEAGE';

/** The value of {@link lineageVariable} for a new attempt, from the lineage of this process (undefined: none). */
export function extendLineage(inherited: string | undefined, mark: string, attemptId: string): string {
  return [inherited, mark, attemptId].filter((part) => part !== undefined && part !== '').join('/');
}

const marks = new Map<string, string>();

/**
 * The mark of the run whose files are in this folder. Of the folder and not of the id alone: a copy of a store, or another project, may have a run
 * of the same id, and its processes are not ours to stop.
 */
export function runMark(runFolder: string): string {
  let mark = marks.get(runFolder);
  if (mark === undefined) {
    mark = `run-${createHash('sha256').update(realFolder(runFolder)).digest('hex').slice(0, 24)}`;
    marks.set(runFolder, mark);
  }
  return mark;
}

/** The folder without links on the way to it; as given where it does not exist. */
export function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return path.resolve(folder);
  }
}

/** Whether an environment (`NAME=VALUE` entries, each ended or separated by NUL) marks a descendant of the run with the mark, or the attempt with the id, `mark`. */
export function descendsFrom(environment: string, mark: string): boolean {
  const lineage = entryOf(environment, lineageVariable);
  return lineage !== null && lineage.split('/').includes(mark);
}

/** The value of one variable in an environment as {@link descendsFrom} takes it; null where it is missing. */
export function entryOf(environment: string, name: string): string | null {
  const prefix = `${name}=`;
  let start = environment.startsWith(prefix) ? 0 : environment.indexOf(`\0${prefix}`);
  if (start < 0) return null;
  if (start > 0) start += 1;
  const end = environment.indexOf('\0', start);
  return environment.slice(start + prefix.length, end < 0 ? undefined : end);
}
