import { schemaSetBy } from './batch.ts';
import { chainHash, genesis, hasBatchAfter, readRecord, type FramedRecord, type Position } from './record.ts';
import { formatVersion, type Segment, type SegmentHeader } from './segment.ts';
import { damaged, StoreError } from './store-error.ts';

/** Bytes at the end of a segment that are no part of the journal. `file` is a path. */
export interface Tail {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

/** What a journal amounts to. */
export interface JournalState {
  readonly head: Position;
  /** Migrations applied at the head. */
  readonly schema: number;
  /** A record that was being written when its writer died; it was never acknowledged. */
  readonly tornTail: Tail | null;
  /** What a writer added after another had taken over; it was never acknowledged. */
  readonly fencedTails: readonly Tail[];
  /** The first segment that the head needs; those before it are in the database file. null: no segment is needed. */
  readonly firstNeeded: number | null;
  /** Where the next record would begin; null when there is no segment. */
  readonly end: { readonly segment: number; readonly offset: number } | null;
  /** Records that are not in the database file. */
  readonly newRecords: number;
}

/** The database file's place in the chain, and its schema version. */
export interface ImagePoint extends Position {
  readonly schema: number;
}

/** Called for each record of the segments that are needed, in order; `segment` changes when a new one begins. */
export type RecordVisitor = (record: FramedRecord, segment: Pick<Segment, 'number' | 'path'>) => void;

type WholeSegment = Segment & { readonly header: SegmentHeader };

function isWhole(segment: Segment): segment is WholeSegment {
  return segment.header !== null;
}

/**
 * Walks the chain of records from the database file (null: from the beginning) to the head, checking each. Throws StoreError `damaged` for everything
 * that cannot come from a writer that died: a bad record with a good one after it, a gap, a broken chain.
 */
export function walkJournal(segments: readonly Segment[], image: ImagePoint | null, visit?: RecordVisitor): JournalState {
  const walk = new Walk(image ?? { ...genesis, schema: 0 }, visit ?? (() => undefined));
  const first = firstNeededIndex(segments, walk.image.sequence);
  const needed = first === -1 ? [] : segments.slice(first);
  refuseUnknownFormat(segments);
  refuseLostRecords(first === -1 ? segments : needed);
  const whole = needed.filter(isWhole);
  whole.forEach((segment, index) => walk.segment(segment, whole[index + 1]?.header.base.sequence ?? null));
  return walk.finish(segments, whole);
}

/** The last segment that begins at or before the database file; earlier ones hold nothing that it has not. */
function firstNeededIndex(segments: readonly Segment[], imageSequence: number): number {
  const index = segments.findLastIndex((segment) => segment.header !== null && segment.header.base.sequence <= imageSequence);
  const beyond = segments.find(isWhole);
  if (index === -1 && beyond !== undefined) {
    const { sequence } = beyond.header.base;
    throw damaged(`records ${imageSequence + 1} to ${sequence} are missing: a file before this one is gone`, beyond.path, 0);
  }
  return index;
}

function refuseUnknownFormat(segments: readonly Segment[]): void {
  for (const { header, path } of segments) {
    if (header === null || header.format <= formatVersion) continue;
    throw new StoreError(
      'newer',
      `the journal has format ${header.format}; this version reads up to ${formatVersion} (${path})`,
      {
        file: path,
        advice: 'use a newer version of stateyard',
      },
    );
  }
}

/** A segment without a whole header is what an opening leaves that died at once; with records in it, it is damage. */
function refuseLostRecords(segments: readonly Segment[]): void {
  for (const { header, bytes, path } of segments) {
    if (header === null && hasBatchAfter(bytes, -1)) throw damaged('the header of the segment is damaged', path, 0);
  }
}

class Walk {
  readonly image: ImagePoint;
  readonly #visit: RecordVisitor;
  readonly #fenced: Tail[] = [];
  #position: Position = genesis;
  #begun = false;
  #schema = 0;
  #torn: Tail | null = null;
  #end: JournalState['end'] = null;
  #newRecords = 0;

  constructor(image: ImagePoint, visit: RecordVisitor) {
    this.image = image;
    this.#visit = visit;
  }

  /** `limit`: where the next segment begins; null for the last one. */
  segment(segment: WholeSegment, limit: number | null): void {
    const { header, bytes, path } = segment;
    const begins = this.#begun ? this.#position : header.base;
    if (begins.sequence !== header.base.sequence || begins.hash !== header.base.hash) {
      throw damaged(`the segment does not continue record ${begins.sequence}`, path, 0);
    }
    if (!this.#begun) this.#schema = header.schema;
    this.#begun = true;
    this.#position = begins;
    this.#checkImage(path, 0);
    let offset = segment.start;
    while (offset < bytes.length && this.#position.sequence !== limit) {
      const record = readRecord(bytes, offset);
      if (record === null || record.kind !== 'batch') {
        this.#refuseUnlessTorn(segment, offset, limit);
        break;
      }
      this.#take(record, segment);
      offset = record.end;
    }
    this.#end = { segment: segment.number, offset };
    this.#checkLimit(segment, offset, limit);
  }

  #take(record: FramedRecord, segment: Segment): void {
    const previous = this.#position;
    const { sequence, hash, payload, offset } = record;
    if (sequence !== previous.sequence + 1) {
      throw damaged(`record ${sequence} follows record ${previous.sequence}`, segment.path, offset);
    }
    if (chainHash(previous, payload) !== hash) throw damaged(`record ${sequence} breaks the hash chain`, segment.path, offset);
    this.#position = { sequence, hash };
    this.#schema = schemaSetBy(payload) ?? this.#schema;
    if (sequence > this.image.sequence) this.#newRecords += 1;
    this.#checkImage(segment.path, offset);
    this.#visit(record, segment);
  }

  #checkImage(path: string, offset: number): void {
    const { sequence, hash } = this.image;
    if (this.#position.sequence === sequence && this.#position.hash !== hash) {
      throw damaged(`the database file and the journal differ at record ${sequence}`, path, offset);
    }
  }

  #refuseUnlessTorn(segment: Segment, offset: number, limit: number | null): void {
    if (limit !== null || hasBatchAfter(segment.bytes, offset)) throw damaged('a record is damaged', segment.path, offset);
    this.#torn = { file: segment.path, offset, bytes: segment.bytes.length - offset };
  }

  #checkLimit(segment: Segment, offset: number, limit: number | null): void {
    if (limit === null) return;
    const { sequence } = this.#position;
    if (sequence !== limit) throw damaged(`records ${sequence + 1} to ${limit} are missing`, segment.path, offset);
    if (offset < segment.bytes.length) this.#fenced.push({ file: segment.path, offset, bytes: segment.bytes.length - offset });
  }

  finish(all: readonly Segment[], whole: readonly Segment[]): JournalState {
    const behind = this.#position.sequence < this.image.sequence || !this.#begun;
    const { sequence, hash } = behind ? this.image : this.#position;
    return {
      head: { sequence, hash },
      schema: behind ? this.image.schema : this.#schema,
      tornTail: this.#torn ?? headlessTail(all),
      fencedTails: this.#fenced,
      firstNeeded: whole[0]?.number ?? null,
      end: this.#end,
      newRecords: this.#newRecords,
    };
  }
}

/** The remains of a segment whose header was never whole, as a torn tail. */
function headlessTail(all: readonly Segment[]): Tail | null {
  const found = all.findLast((segment) => segment.header === null && segment.bytes.length > 0);
  return found === undefined ? null : { file: found.path, offset: 0, bytes: found.bytes.length };
}
