import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase, type Database } from './database.ts';
import { nodeDisk, type Disk } from './disk.ts';
import type { JournalState, RecordVisitor, Tail } from './journal-walk.ts';
import { missing } from './opening.ts';
import { chainHash, hasBatchAfter, readRecord, type FramedRecord, type Position } from './record.ts';
import { replay } from './replay.ts';
import { segmentNumbers, segmentPath, type StoreName } from './segment.ts';
import type { Row, SqlValue } from './statement.ts';
import { asReadFailure, StoreError, systemCode } from './store-error.ts';
import { readSegments, readSurvey, type StorePlace } from './survey.ts';

/** How to open a reader; see {@link openReader}. */
export interface ReaderOptions {
  readonly folder: string;
  readonly name: StoreName;
  readonly disk?: Disk;
}

/** A store as it was at one record. Never writes, needs no lock, sees whole records alone. */
export interface StoreReader {
  readonly folder: string;
  readonly sequence: number;
  readonly headHash: string;
  /** Bytes after the last whole record: one that is being written, or that never was finished. */
  readonly tornTail: Tail | null;
  /** The rows of one reading statement. */
  query(sql: string, ...values: SqlValue[]): Row[];
  /** Moves to the newest whole record; true when that changed something. */
  refresh(): Promise<boolean>;
  close(): void;
}

/**
 * Opens a store for reading, beside a live writer too. Throws StoreError: `missing` when the folder holds no record yet,
 * `damaged`, `newer`, `unreadable`.
 */
export async function openReader(options: ReaderOptions): Promise<StoreReader> {
  const place = { disk: options.disk ?? nodeDisk, folder: options.folder, name: options.name };
  return new Reader(place, await loadView(place));
}

/** One consistent state of the files, applied. */
interface View {
  readonly database: Database;
  readonly visit: RecordVisitor;
  readonly state: JournalState;
}

const attempts = 200;
const stableRepeats = 3;

/**
 * A checkpoint may remove or replace files between two reads of ours, which looks like a missing file or like damage. Reading
 * again settles it: real damage stays the same.
 */
async function loadView(place: StorePlace): Promise<View> {
  let last = '';
  let repeats = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readView(place);
    } catch (error) {
      const passing = systemCode(error) === 'ENOENT' || (error instanceof StoreError && error.kind === 'damaged');
      const text = (error as Error).message;
      repeats = text === last ? repeats + 1 : 1;
      last = text;
      if (!passing || repeats >= stableRepeats || attempt >= attempts) throw asReadFailure(error, place.folder);
      await delay(Math.min(5 * repeats, 25));
    }
  }
}

async function readView(place: StorePlace): Promise<View> {
  const names = await listOrMissing(place);
  const survey = await readSurvey(place, names);
  if (survey.image === null && survey.segments.every(({ bytes }) => bytes.length === 0)) throw missing(place.folder);
  const database = await openDatabase(survey.image?.bytes ?? null);
  try {
    return { database, ...replay(database, survey) };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function listOrMissing({ disk, folder }: StorePlace): Promise<string[]> {
  try {
    return await disk.list(folder);
  } catch (error) {
    throw systemCode(error) === 'ENOENT' ? missing(folder) : error;
  }
}

class Reader implements StoreReader {
  readonly #place: StorePlace;
  #view: View;
  #head: Position;
  #told: string;
  #offset: number;
  #tornTail: Tail | null;

  constructor(place: StorePlace, view: View) {
    this.#place = place;
    this.#view = view;
    this.#head = view.state.head;
    this.#told = view.state.head.hash;
    this.#offset = view.state.end?.offset ?? 0;
    this.#tornTail = view.state.tornTail;
  }

  get folder(): string {
    return this.#place.folder;
  }

  get sequence(): number {
    return this.#head.sequence;
  }

  get headHash(): string {
    return this.#head.hash;
  }

  get tornTail(): Tail | null {
    return this.#tornTail;
  }

  query(sql: string, ...values: SqlValue[]): Row[] {
    return this.#view.database.query(sql, values);
  }

  async refresh(): Promise<boolean> {
    if (!(await this.#followSegment()) || (await this.#hasLaterSegment())) await this.#reload();
    // Against what was told last: a refresh that failed half way may have moved already.
    const changed = this.#head.hash !== this.#told;
    this.#told = this.#head.hash;
    return changed;
  }

  close(): void {
    this.#view.database.close();
  }

  /** Applies what was added to the segment that the reader stands in; false when that is not the whole story. */
  async #followSegment(): Promise<boolean> {
    const { end } = this.#view.state;
    if (end === null) return true;
    const path = segmentPath(this.#place.folder, this.#place.name, end.segment);
    let bytes: Buffer;
    try {
      bytes = await this.#place.disk.readFile(path, this.#offset);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      throw asReadFailure(error, path);
    }
    const records = wholeRecords(bytes, this.#head);
    const used = records.at(-1)?.end ?? 0;
    if (hasBatchAfter(bytes, used - 1)) return false;
    if (!this.#apply(records, end.segment)) return false;
    this.#offset += used;
    this.#tornTail = used < bytes.length ? { file: path, offset: this.#offset, bytes: bytes.length - used } : null;
    return true;
  }

  #apply(records: readonly FramedRecord[], segment: number): boolean {
    const { database, visit } = this.#view;
    const last = records.at(-1);
    if (last === undefined) return true;
    const at = { number: segment, path: segmentPath(this.#place.folder, this.#place.name, segment) };
    try {
      database.transaction(() => {
        for (const record of records) visit(record, at);
      });
    } catch {
      // Read from the start, the error comes again, with its place in the file.
      return false;
    }
    this.#head = { sequence: last.sequence, hash: last.hash };
    return true;
  }

  async #hasLaterSegment(): Promise<boolean> {
    const current = this.#view.state.end?.segment ?? 0;
    try {
      const numbers = segmentNumbers(await this.#place.disk.list(this.#place.folder), this.#place.name);
      const later = await readSegments(
        this.#place,
        numbers.filter((number) => number > current),
      );
      return later.some(({ header }) => header !== null);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return true;
      throw asReadFailure(error, this.#place.folder);
    }
  }

  async #reload(): Promise<void> {
    const view = await loadView(this.#place);
    this.#view.database.close();
    this.#view = view;
    this.#head = view.state.head;
    this.#offset = view.state.end?.offset ?? 0;
    this.#tornTail = view.state.tornTail;
  }
}

/** The records at the start of `bytes` that continue `head`. */
function wholeRecords(bytes: Buffer, head: Position): FramedRecord[] {
  const records: FramedRecord[] = [];
  let position = head;
  for (let offset = 0; ;) {
    const record = readRecord(bytes, offset);
    if (record === null || record.sequence !== position.sequence + 1 || chainHash(position, record.payload) !== record.hash)
      return records;
    records.push(record);
    position = record;
    offset = record.end;
  }
}
