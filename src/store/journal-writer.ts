import { invariant } from '../errors.ts';
import { BatchEncoder } from './batch.ts';
import { chainHash, frameRecord, type Position } from './record.ts';
import { encodeHeader, formatVersion, segmentPath, type ImageMark } from './segment.ts';
import type { Statement } from './statement.ts';
import { asWriteFailure, StoreError, systemCode } from './store-error.ts';
import type { StorePlace } from './survey.ts';

/** Where a writer begins: a new, empty segment of its own after `head`. */
export interface WriterStart {
  readonly place: StorePlace;
  readonly segment: { readonly number: number; readonly handle: number };
  readonly head: Position;
  readonly schema: number;
  readonly image: ImageMark | null;
  /** Bytes of the journal that are not in the database file yet. */
  readonly outstandingBytes: number;
  /** Called after each sync. */
  readonly onSynced: () => void;
}

/** A new segment begins where `capture` is called; it gives the mark of the database as it is at that moment. */
interface Rotation {
  readonly capture: (position: Position) => ImageMark;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Waiter {
  readonly sequence: number;
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * Appends records to a journal: one write and one sync at a time, and everything appended meanwhile joins the next record. So at
 * most the last record on the disk can be one that was never acknowledged. The first error ends it for good: what a disk holds
 * after a failed write or sync is not known.
 */
export class JournalWriter {
  readonly #start: WriterStart;
  #segment: { readonly number: number; readonly handle: number };
  #image: ImageMark | null;
  #encoder = new BatchEncoder();
  #pending: Statement[] = [];
  #schema: number;
  #schemaPending: number | null = null;
  #written: Position;
  #synced: Position;
  #outstandingBytes: number;
  #waiters: Waiter[] = [];
  #rotation: Rotation | null = null;
  #running: Promise<void> | null = null;
  #failure: StoreError | null = null;

  constructor(start: WriterStart) {
    this.#start = start;
    this.#segment = start.segment;
    this.#image = start.image;
    this.#schema = start.schema;
    this.#written = start.head;
    this.#synced = start.head;
    this.#outstandingBytes = start.outstandingBytes;
  }

  /** The last record, the one that is still being gathered included. */
  get sequence(): number {
    return this.#written.sequence + (this.#pending.length > 0 ? 1 : 0);
  }

  /** The last record that is safe on the disk. */
  get synced(): Position {
    return this.#synced;
  }

  get failure(): StoreError | null {
    return this.#failure;
  }

  get segmentNumber(): number {
    return this.#segment.number;
  }

  get outstandingBytes(): number {
    return this.#outstandingBytes;
  }

  /** Writes and syncs the header of the first segment; until then nothing can be appended. */
  async begin(): Promise<void> {
    await this.#writeHeader();
  }

  /** Adds statements to the next record and gives its sequence. Not to the disk before the caller's turn ends. */
  append(statements: readonly Statement[], schema: number | null = null): number {
    if (this.#failure !== null) throw this.#failure;
    for (const statement of statements) this.#pending.push(statement);
    if (schema !== null) this.#schemaPending = schema;
    return this.sequence;
  }

  /** Writes what was appended, soon. */
  flush(): void {
    if (this.#failure !== null || this.#running !== null) return;
    this.#running = Promise.resolve().then(() => this.#run());
  }

  /** Resolves when everything appended so far is synced. */
  durable(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const { sequence } = this;
    if (this.#synced.sequence >= sequence) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ sequence, resolve, reject });
      this.flush();
    });
  }

  /**
   * Writes what was appended, calls `capture` in the same turn (so that it sees exactly the records up to `position`), and goes
   * on in a new segment that bears its mark.
   */
  rotate(capture: (position: Position) => ImageMark): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    invariant(this.#rotation === null, 'a rotation is under way');
    return new Promise((resolve, reject) => {
      this.#rotation = { capture, resolve, reject };
      this.flush();
    });
  }

  /** Throws StoreError `fenced` when another process has opened the journal for writing after this one. */
  checkFence(): void {
    const { disk, folder, name } = this.#start.place;
    const own = segmentPath(folder, name, this.#segment.number);
    // A rival first makes the next segment and may, after a checkpoint, remove this one: each leaves a trace.
    if (!disk.exists(segmentPath(folder, name, this.#segment.number + 1)) && disk.exists(own)) return;
    throw fencedError(own);
  }

  /** Ends the writer with an error; everything that waits is rejected with it. The first error stays. */
  fail(error: unknown): StoreError {
    const { folder, name } = this.#start.place;
    this.#failure ??= asWriteFailure(error, segmentPath(folder, name, this.#segment.number));
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#pending = [];
    for (const { reject } of waiters) reject(this.#failure);
    this.#rotation?.reject(this.#failure);
    this.#rotation = null;
    return this.#failure;
  }

  /** Waits for what is being written, and closes the segment. */
  async close(): Promise<void> {
    await this.#running;
    this.#start.place.disk.close(this.#segment.handle);
  }

  async #run(): Promise<void> {
    try {
      while (this.#pending.length > 0 || this.#rotation !== null) await this.#round();
    } catch (error) {
      this.fail(error);
    } finally {
      this.#running = null;
    }
  }

  async #round(): Promise<void> {
    const rotation = this.#rotation;
    if (this.#pending.length > 0) this.#writePending();
    const target = this.#written;
    const mark = rotation === null ? null : this.#capture(rotation, target);
    if (target.sequence > this.#synced.sequence) {
      await this.#start.place.disk.sync(this.#segment.handle);
      // After the sync and before the answer: a rival makes its segment first and then reads this one, so it has
      // either seen this record or is seen here.
      this.checkFence();
      this.#synced = target;
      this.#settle();
    }
    if (rotation !== null && mark !== null) await this.#switchSegment(mark, rotation);
  }

  #writePending(): void {
    const schema = this.#schemaPending;
    const payload = this.#encoder.encode({ schema, statements: this.#pending });
    const position = { sequence: this.#written.sequence + 1, hash: chainHash(this.#written, payload) };
    const bytes = frameRecord('batch', position, payload);
    this.#start.place.disk.write(this.#segment.handle, bytes);
    this.#pending = [];
    this.#schemaPending = null;
    this.#schema = schema ?? this.#schema;
    this.#written = position;
    this.#outstandingBytes += bytes.length;
  }

  /** A capture that throws is a fault of the database alone; the journal goes on in its segment. */
  #capture(rotation: Rotation, position: Position): ImageMark | null {
    try {
      return rotation.capture(position);
    } catch (error) {
      this.#rotation = null;
      rotation.reject(error);
      return null;
    }
  }

  #settle(): void {
    const waiters = this.#waiters;
    const { sequence } = this.#synced;
    this.#waiters = waiters.filter((waiter) => waiter.sequence > sequence);
    for (const waiter of waiters) if (waiter.sequence <= sequence) waiter.resolve();
    this.#start.onSynced();
  }

  async #switchSegment(mark: ImageMark, rotation: Rotation): Promise<void> {
    const { disk, folder, name } = this.#start.place;
    const old = this.#segment;
    const number = old.number + 1;
    this.#segment = { number, handle: await createSegment(this.#start.place, segmentPath(folder, name, number)) };
    disk.close(old.handle);
    this.#image = mark;
    this.#encoder = new BatchEncoder();
    await this.#writeHeader();
    this.#outstandingBytes = 0;
    this.#rotation = null;
    rotation.resolve();
  }

  async #writeHeader(): Promise<void> {
    const { disk, folder, name } = this.#start.place;
    const { handle } = this.#segment;
    const header = { format: formatVersion, store: name, schema: this.#schema, base: this.#written, image: this.#image };
    disk.write(handle, encodeHeader(header));
    await Promise.all([disk.sync(handle), disk.syncFolder(folder)]);
  }
}

/** StoreError `fenced`: another process writes to the journal that `path` is a segment of. */
export function fencedError(path: string, cause?: unknown): StoreError {
  return new StoreError('fenced', 'another process has opened the store for writing', {
    file: path,
    advice: 'let the other process finish; what this one had not been told to be safe is not kept',
    cause,
  });
}

/** Makes a segment that no other process has; a rival that was first is StoreError `fenced`. */
export async function createSegment(place: StorePlace, path: string): Promise<number> {
  try {
    return await place.disk.create(path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw fencedError(path, error);
    throw error;
  }
}
