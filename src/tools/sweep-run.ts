import { descendsFrom, entryOf } from './lineage.ts';
import { listProcesses, withoutOwnAncestry } from './process-table.ts';
import type { ProcessEntry } from './process-table.ts';
import { terminate } from './terminate.ts';

/**
 * Stops what a run has left running: processes that carry its id in their environment, wherever they went, save this process and
 * its ancestors. For the end of a run, when no attempt of it is running any more. Returns how many there were.
 */
export async function sweepRun(runId: string, graceMs = 1000): Promise<number> {
  const ofRun = (entry: ProcessEntry): boolean => {
    const environment = entry.environment();
    return environment !== null && (entryOf(environment, 'STATEYARD_RUN_ID') === runId || descendsFrom(environment, runId));
  };
  const find = (): ProcessEntry[] => withoutOwnAncestry(listProcesses()).filter(ofRun);
  return (await terminate({ find, group: null, graceMs })).found;
}
