import { descendsFrom, realFolder, runMark } from './lineage.ts';
import { familyFinder, writesTo } from './process-family.ts';
import type { ProcessEntry } from './process-table.ts';
import { terminate } from './terminate.ts';

/**
 * Stops what a run has left running: processes that carry its mark in their environment or write to a log of it, and what they have
 * started, wherever it went, save this process and its ancestors. For the end of a run, when no attempt of it is running any more. Returns how many there were.
 */
export async function sweepRun(runFolder: string, graceMs = 1000): Promise<number> {
  const attempts = `${realFolder(runFolder)}/attempts/`;
  const mark = runMark(runFolder);
  const ofRun = (entry: ProcessEntry): boolean =>
    descendsFrom(entry.environment() ?? '', mark) || writesTo(entry, (file) => file.startsWith(attempts));
  const find = familyFinder((entries) => entries.filter(ofRun));
  return (await terminate({ find, group: null, graceMs })).found;
}
