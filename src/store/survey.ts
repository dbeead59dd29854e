import { basename } from 'node:path';
import type { Disk } from './disk.ts';
import { checkImage } from './image.ts';
import type { ImagePoint } from './journal-walk.ts';
import { imagePath, parseSegment, segmentNumbers, segmentPath, type Segment, type StoreName } from './segment.ts';

/** Which store, on which disk. */
export interface StorePlace {
  readonly disk: Disk;
  readonly folder: string;
  readonly name: StoreName;
}

/** The database file as read; its seal was right. */
export interface Image {
  readonly path: string;
  readonly bytes: Buffer;
  readonly crc: number;
  readonly point: ImagePoint;
}

/** Every file of a store, read once. */
export interface Survey {
  readonly image: Image | null;
  readonly segments: readonly Segment[];
}

/** Reads the segments with the given numbers, ascending. Errors are the disk's. */
export async function readSegments(place: StorePlace, numbers: readonly number[]): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const number of numbers) {
    const path = segmentPath(place.folder, place.name, number);
    segments.push(parseSegment(number, path, await place.disk.readFile(path)));
  }
  return segments;
}

/** Reads every file of a store that is among `names`. Throws StoreError `damaged` for a bad database file, else the disk's errors. */
export async function readSurvey(place: StorePlace, names: readonly string[]): Promise<Survey> {
  const path = imagePath(place.folder, place.name);
  const bytes = names.includes(basename(path)) ? await place.disk.readFile(path) : null;
  const segments = await readSegments(place, segmentNumbers(names, place.name));
  return { image: bytes === null ? null : await locateImage(path, bytes, segments), segments };
}

/**
 * Where in the chain a database file stands. Every segment repeats the mark of the file beside it, so SQLite is needed only
 * when that segment is gone.
 */
async function locateImage(path: string, bytes: Buffer, segments: readonly Segment[]): Promise<Image> {
  const { crc, schema } = checkImage(bytes, path);
  const mark = segments.findLast((segment) => segment.header?.image?.crc === crc)?.header?.image;
  if (mark) return { path, bytes, crc, point: { sequence: mark.sequence, hash: mark.hash, schema } };
  const { openDatabase } = await import('./database.ts');
  const database = await openDatabase(bytes);
  try {
    return { path, bytes, crc, point: { ...database.position(path), schema } };
  } finally {
    database.close();
  }
}
