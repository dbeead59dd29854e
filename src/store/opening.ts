import { basename, join } from 'node:path';
import { createSegment, fencedError, JournalWriter } from './journal-writer.ts';
import { walkJournal, type JournalState, type Tail } from './journal-walk.ts';
import { isTemporaryImage, segmentNumbers, segmentPath, temporaryImagePath, imagePath, type ImageMark } from './segment.ts';
import { asReadFailure, asWriteFailure, StoreError, systemCode } from './store-error.ts';
import { readSurvey, type StorePlace, type Survey } from './survey.ts';

/** What opening a store for writing found and did. */
export interface Recovery {
  /** There was no store before. */
  readonly created: boolean;
  /** Records of the journal that the database file did not have yet. */
  readonly replayedRecords: number;
  /** A record that was being written when the last writer died, never acknowledged; it was cut. `file` is a name in the folder. */
  readonly tornTail: Tail | null;
  /** What an earlier writer added after it had lost the store, never acknowledged; it is passed over. */
  readonly fencedTails: readonly Tail[];
}

/** A store that is ready to be appended to. */
export interface Opened {
  readonly writer: JournalWriter;
  readonly recovery: Recovery;
  readonly state: JournalState;
  readonly image: (ImageMark & { readonly bytes: number }) | null;
}

/**
 * Opens a journal for writing. The order is the fence: first the next segment is made (exclusively), then the others are read, so every record that an
 * earlier writer may still acknowledge is seen. Cuts a torn tail. Throws StoreError `damaged`, `missing`, `fenced`, `unreadable` or `writeFailed`.
 */
export async function openForWriting(place: StorePlace, mustExist: boolean, onSynced: () => void): Promise<Opened> {
  const names = await listNames(place, mustExist);
  const number = (segmentNumbers(names, place.name).at(-1) ?? 0) + 1;
  const path = segmentPath(place.folder, place.name, number);
  const handle = await writing(path, () => createSegment(place, path));
  try {
    // Listed again, now that no other writer can begin unseen.
    const all = await reading(place.folder, () => place.disk.list(place.folder));
    const found = all.filter((name) => name !== basename(path));
    if (segmentNumbers(found, place.name).some((other) => other > number)) throw fencedError(path);
    return await takeOver(place, { number, handle }, { names: found, mustExist, onSynced });
  } catch (error) {
    place.disk.close(handle);
    // Nothing was ever in it; leaving it would only make the next reader wonder.
    await place.disk.remove(path).catch(() => undefined);
    throw error;
  }
}

interface Takeover {
  readonly names: readonly string[];
  readonly mustExist: boolean;
  readonly onSynced: () => void;
}

async function takeOver(
  place: StorePlace,
  segment: { readonly number: number; readonly handle: number },
  how: Takeover,
): Promise<Opened> {
  const { survey, state } = await reading(place.folder, async () => {
    const found = await readSurvey(place, how.names);
    return { survey: found, state: walkJournal(found.segments, found.image?.point ?? null) };
  });
  const created = survey.image === null && survey.segments.every(({ header }) => header === null);
  if (created && how.mustExist) throw missing(place.folder);
  const image = survey.image === null ? null : { ...survey.image.point, crc: survey.image.crc, bytes: survey.image.bytes.length };
  const writer = new JournalWriter({
    place,
    segment,
    head: state.head,
    schema: state.schema,
    image: image === null ? null : { sequence: image.sequence, hash: image.hash, crc: image.crc },
    outstandingBytes: outstandingBytes(survey, state),
    onSynced: how.onSynced,
  });
  await writing(segmentPath(place.folder, place.name, segment.number), async () => {
    await settleEnd(place, state);
    await writer.begin();
    await removeStale(place, how.names, state.firstNeeded ?? 0);
  });
  return { writer, state, image, recovery: describeRecovery(created, state) };
}

/** Cuts what a dead writer left unfinished, and makes what it left whole safe: new records will build on it. */
async function settleEnd({ disk, folder, name }: StorePlace, { end, tornTail }: JournalState): Promise<void> {
  if (end === null) return;
  const path = segmentPath(folder, name, end.segment);
  const handle = await disk.openExisting(path);
  try {
    if (tornTail?.file === path) disk.truncate(handle, tornTail.offset);
    await disk.sync(handle);
  } finally {
    disk.close(handle);
  }
}

function outstandingBytes({ segments }: Survey, { firstNeeded }: JournalState): number {
  if (firstNeeded === null) return 0;
  return segments.reduce((sum, segment) => (segment.number < firstNeeded ? sum : sum + segment.bytes.length), 0);
}

function describeRecovery(created: boolean, state: JournalState): Recovery {
  const named = (tail: Tail): Tail => ({ ...tail, file: basename(tail.file) });
  return {
    created,
    replayedRecords: state.newRecords,
    tornTail: state.tornTail === null ? null : named(state.tornTail),
    fencedTails: state.fencedTails.map(named),
  };
}

/** Removes segments before `firstNeeded` (oldest first, so that those left are in one piece) and unfinished images. */
async function removeStale({ disk, folder, name }: StorePlace, names: readonly string[], firstNeeded: number): Promise<void> {
  for (const file of names) if (isTemporaryImage(file, name)) await disk.remove(join(folder, file));
  for (const number of segmentNumbers(names, name))
    if (number < firstNeeded) await disk.remove(segmentPath(folder, name, number));
}

/** Replaces the database file by `bytes`: written beside it, synced, renamed over it; then the segments that it makes needless are removed. */
export async function publishImage(place: StorePlace, writer: JournalWriter, bytes: Uint8Array): Promise<void> {
  const { disk, folder, name } = place;
  const temporary = temporaryImagePath(folder, name, writer.segmentNumber);
  const first = writer.segmentNumber;
  const handle = await disk.create(temporary);
  try {
    disk.write(handle, bytes);
    await disk.sync(handle);
  } finally {
    disk.close(handle);
  }
  writer.checkFence();
  await disk.rename(temporary, imagePath(folder, name));
  await disk.syncFolder(folder);
  await removeStale(place, await disk.list(folder), first);
}

async function listNames({ disk, folder }: StorePlace, mustExist: boolean): Promise<string[]> {
  try {
    return await disk.list(folder);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw asReadFailure(error, folder);
    if (mustExist) throw missing(folder);
  }
  await writing(folder, () => disk.makeFolder(folder));
  return [];
}

/** StoreError `missing` for a folder without a store. */
export function missing(folder: string): StoreError {
  return new StoreError('missing', `there is no store in ${folder}`, {
    file: folder,
    advice: 'check the path; `stateyard ls` lists the runs',
  });
}

async function reading<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asReadFailure(error, path);
  }
}

async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asWriteFailure(error, path);
  }
}
