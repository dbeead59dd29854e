import { join } from 'node:path';
import { frameRecord, readRecord, type Position } from './record.ts';

/** Which kind of store: one a run; one that lists all runs; one for what is known of the tools. */
export type StoreName = 'run' | 'index' | 'tools';

/** The version of the byte format; docs/storage.md describes it. */
export const formatVersion = 1;

/** The database file that stood beside the journal when a segment was begun, known by its checksum. */
export interface ImageMark extends Position {
  readonly crc: number;
}

/** What the first record of a segment says. */
export interface SegmentHeader {
  readonly format: number;
  readonly store: StoreName;
  /** Migrations applied before the segment. */
  readonly schema: number;
  /** The last record before the segment. */
  readonly base: Position;
  readonly image: ImageMark | null;
}

/** A segment as read: `header` is null when its first record is not whole. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  readonly bytes: Buffer;
  readonly header: SegmentHeader | null;
  /** Where its first batch begins. */
  readonly start: number;
}

const prefixes: Readonly<Record<StoreName, string>> = { run: 'journal-', index: 'index-journal-', tools: 'tools-journal-' };
const digits = 8;

/** `run.db`, `index.db` or `tools.db`. */
export function imagePath(folder: string, name: StoreName): string {
  return join(folder, `${name}.db`);
}

/** The path of a segment by its number, from 1. */
export function segmentPath(folder: string, name: StoreName, number: number): string {
  return join(folder, `${prefixes[name]}${String(number).padStart(digits, '0')}.log`);
}

/** The numbers of the segments among the names of a folder, ascending. */
export function segmentNumbers(names: readonly string[], name: StoreName): number[] {
  const prefix = prefixes[name];
  const numbers: number[] = [];
  for (const file of names) {
    if (!file.startsWith(prefix) || !file.endsWith('.log')) continue;
    const middle = file.slice(prefix.length, -'.log'.length);
    if (/^\d{8,15}$/.test(middle)) numbers.push(Number(middle));
  }
  return numbers.sort((a, b) => a - b);
}

/** Whether a name in the folder is the database file or a segment of the store. */
export function isStoreFile(file: string, name: StoreName): boolean {
  return file === `${name}.db` || segmentNumbers([file], name).length > 0;
}

/** Whether a name in the folder is a database image that was never finished. */
export function isTemporaryImage(file: string, name: StoreName): boolean {
  return file.startsWith(`${name}.db.tmp-`);
}

/** The temporary name under which the owner of a segment writes a new image. */
export function temporaryImagePath(folder: string, name: StoreName, number: number): string {
  return `${imagePath(folder, name)}.tmp-${number}`;
}

/** The bytes of a segment's first record. */
export function encodeHeader(header: SegmentHeader): Buffer {
  const { format, store, schema, image } = header;
  return frameRecord('header', header.base, Buffer.from(JSON.stringify({ format, store, schema, image })));
}

/** Reads the header of a segment; a segment without a whole one is `header: null`, never an error. */
export function parseSegment(number: number, path: string, bytes: Buffer): Segment {
  const record = readRecord(bytes, 0);
  if (record === null || record.kind !== 'header') return { number, path, bytes, header: null, start: 0 };
  // The checksum was right, so these are the words that a writer wrote.
  const said = JSON.parse(record.payload.toString('utf8')) as Omit<SegmentHeader, 'base'>;
  const base = { sequence: record.sequence, hash: record.hash };
  return { number, path, bytes, header: { ...said, base }, start: record.end };
}
