import { entryOf, lineageVariable } from './lineage.ts';
import { listProcesses, withoutOwnAncestry } from './process-table.ts';

/**
 * The living processes by the marks of the runs (see runMark) and the ids of the attempts that they come from, as their environment names them. This process and its ancestors
 * are left out.
 */
export function processesByMark(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const entry of withoutOwnAncestry(listProcesses())) {
    const environment = entry.environment();
    if (environment === null) continue;
    const marks = new Set((entryOf(environment, lineageVariable) ?? '').split('/'));
    marks.delete('');
    for (const mark of marks) found.set(mark, [...(found.get(mark) ?? []), entry.pid]);
  }
  return found;
}
