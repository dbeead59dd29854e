import { realpathSync } from 'node:fs';
import { attemptPaths } from './attempt-folder.ts';
import type { AttemptSpec } from './attempt-spec.ts';
import { descendsFrom } from './lineage.ts';
import { familyFinder, writesTo } from './process-family.ts';
import { listProcesses, withoutOwnAncestry } from './process-table.ts';
import type { ProcessEntry } from './process-table.ts';

/** Which processes are meant. */
export interface ProcessSearch {
  readonly attemptId: string;
  /** The attempt's log: who writes to it is of the attempt, also when it has lost the mark. */
  readonly log: string;
  /** The wrapper's pid, which is its group's and session's number too; null where it is not known. */
  readonly group: number | null;
  /** Whether the group is known to be the attempt's. Otherwise it counts only once a member with the attempt's mark is seen. */
  readonly trusted: boolean;
  /** `group`: members of the group alone. `all`: of the session too, whatever carries the mark or writes to the log, and their descendants. */
  readonly scope: 'group' | 'all';
}

/** By attempt: a second stop, in a hurry, must know what the first one has seen and perhaps orphaned. As long as this process: few are stopped. */
const knownByAttempt = new Map<string, Set<string>>();

function knownOf(attemptId: string): Set<string> {
  let known = knownByAttempt.get(attemptId);
  if (known === undefined) knownByAttempt.set(attemptId, (known = new Set()));
  return known;
}

/** The part of a search that an attempt's specification gives. */
export function searchOf(spec: AttemptSpec): Pick<ProcessSearch, 'attemptId' | 'log'> {
  return { attemptId: spec.attemptId, log: attemptPaths(realFolder(spec.folder)).log };
}

/** The system names open files by paths without links. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/**
 * A function that lists what lives of an attempt. The number of a group can be another's after a crash or a restart of the
 * machine, so a group without a marked member is left alone: better a stray process than a stranger killed.
 */
export function attemptProcessFinder(search: ProcessSearch): () => ProcessEntry[] {
  const { attemptId, group, log } = search;
  let { trusted } = search;
  const marked = (entry: ProcessEntry): boolean =>
    descendsFrom(entry.environment() ?? '', attemptId) || writesTo(entry, (file) => file === log || file === `${log} (deleted)`);
  const membersOf = (entries: readonly ProcessEntry[]): readonly ProcessEntry[] => {
    const members = entries.filter((entry) => entry.group === group || (search.scope === 'all' && entry.session === group));
    trusted ||= members.some(marked);
    return trusted ? members : [];
  };
  if (search.scope === 'all')
    return familyFinder((entries) => [...membersOf(entries), ...entries.filter(marked)], knownOf(attemptId));
  return () => [...membersOf(withoutOwnAncestry(listProcesses()))];
}
