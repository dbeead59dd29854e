/**
 * The variable that marks every process of an attempt: the ids of the runs and attempts it descends from, outermost first,
 * joined by `/`. A run inside a tool of another run extends it, so stopping the outer attempt finds the inner one's processes too.
 */
export const lineageVariable = 'STATEYARD_LINEAGE';

/** The value of {@link lineageVariable} for a new attempt, from the lineage of this process (undefined: none). */
export function extendLineage(inherited: string | undefined, runId: string | undefined, attemptId: string): string {
  return [inherited, runId, attemptId].filter((part) => part !== undefined && part !== '').join('/');
}

/** Whether an environment (`NAME=VALUE` entries, each ended or separated by NUL) marks a descendant of the run or attempt `id`. */
export function descendsFrom(environment: string, id: string): boolean {
  const lineage = entryOf(environment, lineageVariable);
  return lineage !== null && lineage.split('/').includes(id);
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
