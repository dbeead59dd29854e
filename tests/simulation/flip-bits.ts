import { basename } from 'node:path';
import { walkJournal, type JournalState } from '../../src/store/journal-walk.ts';
import { readRecord, type FramedRecord } from '../../src/store/record.ts';
import { imagePath, segmentNumbers, segmentPath } from '../../src/store/segment.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { readSurvey } from '../../src/store/survey.ts';
import { lookingDisk } from './life-disk.ts';
import { SeededRandom } from '../../src/simulate/seeded-random.ts';
import type { Inode, SimulatedDisk } from './simulated-disk.ts';
import { diskAfterLife, folder } from './simulated-run.ts';

/** What became of bits that were turned over in a store, one at a time. */
export interface FlippedBits {
  /** Opening refused the store. */
  readonly refused: number;
  /** Opening reported the last record as one that was never finished. */
  readonly reported: number;
  /** Nobody noticed: file and byte. */
  readonly unnoticed: readonly string[];
}

/** Turns over bits of the files that a store needs after the first life of a seed, each alone, and opens it. */
export async function flipBits(seed: number, flips: number): Promise<FlippedBits> {
  const disk = await diskAfterLife(seed);
  const random = new SeededRandom(seed).fork('flips');
  const unnoticed: string[] = [];
  const counts = { refused: 0, reported: 0 };
  const before = await open(disk);
  const files = before === null ? [] : neededFiles(disk, before);
  for (let left = files.length === 0 ? 0 : flips; left > 0; left--) {
    const { path, inode, wholeBytes, lastRecord } = files[random.between(0, files.length - 1)] ?? never();
    const bit = random.between(0, wholeBytes * 8 - 1);
    inode.flip(bit);
    const after = await open(disk);
    inode.flip(bit);
    if (after === null) counts.refused += 1;
    else if (after.tornTail !== null && bit >> 3 >= lastRecord) counts.reported += 1;
    else unnoticed.push(`${basename(path)}, byte ${String(bit >> 3)}`);
  }
  return { ...counts, unnoticed };
}

function never(): never {
  throw new Error('there is no file');
}

/** What an opening finds; null when it refuses the store. */
async function open(disk: SimulatedDisk): Promise<JournalState | null> {
  const looking = lookingDisk(disk);
  try {
    const survey = await readSurvey({ disk: looking, folder, name: 'run' }, await looking.list(folder));
    return walkJournal(survey.segments, survey.image?.point ?? null);
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/** A file of a store; only its whole records count, and only the last of these may pass for one that was never finished. */
interface NeededFile {
  readonly path: string;
  readonly inode: Inode;
  readonly wholeBytes: number;
  readonly lastRecord: number;
}

/** The database file and the segments behind it. */
function neededFiles(disk: SimulatedDisk, { firstNeeded }: JournalState): NeededFile[] {
  const names = [...disk.names.keys()].map((path) => basename(path));
  const needed = segmentNumbers(names, 'run').filter((number) => number >= (firstNeeded ?? 0));
  const paths = [imagePath(folder, 'run'), ...needed.map((number) => segmentPath(folder, 'run', number))];
  return paths.flatMap((path): NeededFile[] => {
    const inode = disk.names.get(path);
    if (inode === undefined) return [];
    if (path.endsWith('.db')) return [{ path, inode, wholeBytes: inode.length, lastRecord: inode.length }];
    const records = recordsOf(inode.read());
    const last = records.at(-1);
    return last === undefined ? [] : [{ path, inode, wholeBytes: last.end, lastRecord: last.offset }];
  });
}

function recordsOf(bytes: Buffer): FramedRecord[] {
  const records: FramedRecord[] = [];
  for (let record = readRecord(bytes, 0); record !== null; record = readRecord(bytes, record.end)) records.push(record);
  return records;
}
