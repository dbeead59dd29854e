import { descendsFrom } from './lineage.ts';
import { listProcesses, withoutOwnAncestry } from './process-table.ts';
import type { ProcessEntry } from './process-table.ts';

/** Which processes are meant. */
export interface ProcessSearch {
  readonly attemptId: string;
  /** The wrapper's pid, which is its group's and session's number too; null where it is not known. */
  readonly group: number | null;
  /** Whether the group is known to be the attempt's. Otherwise it counts only once a member with the attempt's mark is seen. */
  readonly trusted: boolean;
  /** `group`: members of the group alone. `all`: of the session too, and whatever carries the mark. */
  readonly scope: 'group' | 'all';
}

/**
 * A function that lists what lives of an attempt. The number of a group can be another's after a crash or a restart of the
 * machine, so a group without a marked member is left alone: better a stray process than a stranger killed.
 */
export function attemptProcessFinder(search: ProcessSearch): () => ProcessEntry[] {
  const { attemptId, group, scope } = search;
  let { trusted } = search;
  const inGroup = (entry: ProcessEntry): boolean => entry.group === group;
  const inside = (entry: ProcessEntry): boolean => inGroup(entry) || (scope === 'all' && entry.session === group);
  const marked = (entry: ProcessEntry): boolean => descendsFrom(entry.environment() ?? '', attemptId);
  return () => {
    const entries = withoutOwnAncestry(listProcesses());
    const members = entries.filter(inside);
    trusted ||= members.some(marked);
    const ours = trusted ? members : [];
    return scope === 'group' ? ours : [...ours, ...entries.filter((entry) => !(trusted && inside(entry)) && marked(entry))];
  };
}
