import { descendsFrom, entryOf } from './lineage.ts';
import { familyFinder, writesTo } from './process-family.ts';
import type { ProcessEntry } from './process-table.ts';
import { terminate } from './terminate.ts';

/**
 * Stops what a run has left running: processes that carry its id in their environment or write to a log of it, and what they have
 * started, wherever it went, save this process and its ancestors. For the end of a run, when no attempt of it is running any more. Returns how many there were.
 */
export async function sweepRun(runId: string, graceMs = 1000): Promise<number> {
  const isLog = (file: string): boolean => file.includes(`/${runId}/attempts/`);
  const ofRun = (entry: ProcessEntry): boolean => {
    const environment = entry.environment() ?? '';
    return entryOf(environment, 'STATEYARD_RUN_ID') === runId || descendsFrom(environment, runId) || writesTo(entry, isLog);
  };
  const find = familyFinder((entries) => entries.filter(ofRun));
  return (await terminate({ find, group: null, graceMs })).found;
}
