import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { invariant } from '../errors.ts';

/** A place in the chain of records: how many there are, and the hash of the last one (64 hex digits). */
export interface Position {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first record. */
export const genesis: Position = { sequence: 0, hash: '0'.repeat(64) };

/** A record whose checksum is right. */
export interface FramedRecord {
  readonly kind: RecordKind;
  readonly sequence: number;
  readonly hash: string;
  readonly payload: Buffer;
  readonly offset: number;
  /** The byte after it. */
  readonly end: number;
}

/** `header`: the first record of a segment, which repeats the position before it; `batch`: one atomic unit of statements. */
export type RecordKind = 'header' | 'batch';

/*
 * magic 4 | payload length 4 | sequence 8 | hash 32 | crc 4 | payload. Little endian. The first byte of the magic never occurs in UTF-8,
 * so no payload can hold something that looks like a record.
 */
const magics: Readonly<Record<RecordKind, Buffer>> = {
  header: Buffer.from([0xf9, 0x53, 0x59, 0x48]),
  batch: Buffer.from([0xf9, 0x53, 0x59, 0x42]),
};
const crcOffset = 48;
/** Bytes of a record before its payload. */
export const frameBytes = 52;
const largestPayload = 1 << 29;

/** The hash of the record after `previous`: sha256 over the hash before, the sequence and the payload. */
export function chainHash(previous: Position, payload: Buffer): string {
  const sequence = Buffer.allocUnsafe(8);
  sequence.writeBigUInt64LE(BigInt(previous.sequence + 1));
  return createHash('sha256').update(Buffer.from(previous.hash, 'hex')).update(sequence).update(payload).digest('hex');
}

/** The bytes of one record at `position` (a header repeats the position before it, a batch has its own). */
export function frameRecord(kind: RecordKind, position: Position, payload: Buffer): Buffer {
  invariant(payload.length <= largestPayload, `a record of ${payload.length} bytes is too large`);
  const bytes = Buffer.allocUnsafe(frameBytes + payload.length);
  magics[kind].copy(bytes, 0);
  bytes.writeUInt32LE(payload.length, 4);
  bytes.writeBigUInt64LE(BigInt(position.sequence), 8);
  bytes.write(position.hash, 16, 'hex');
  payload.copy(bytes, frameBytes);
  bytes.writeUInt32LE(checksum(bytes, 0, bytes.length), crcOffset);
  return bytes;
}

function checksum(bytes: Buffer, start: number, end: number): number {
  return crc32(bytes.subarray(start + frameBytes, end), crc32(bytes.subarray(start, start + crcOffset)));
}

function kindAt(bytes: Buffer, offset: number): RecordKind | null {
  const word = bytes.readUInt32LE(offset);
  if (word === magics.batch.readUInt32LE(0)) return 'batch';
  return word === magics.header.readUInt32LE(0) ? 'header' : null;
}

/** The record at `offset`, or null when there is no whole, undamaged one. */
export function readRecord(bytes: Buffer, offset: number): FramedRecord | null {
  if (offset + frameBytes > bytes.length) return null;
  const kind = kindAt(bytes, offset);
  const end = offset + frameBytes + bytes.readUInt32LE(offset + 4);
  if (kind === null || end > bytes.length) return null;
  if (checksum(bytes, offset, end) !== bytes.readUInt32LE(offset + crcOffset)) return null;
  return {
    kind,
    sequence: bytes.readUInt32LE(offset + 8) + bytes.readUInt32LE(offset + 12) * 2 ** 32,
    hash: bytes.toString('hex', offset + 16, offset + crcOffset),
    payload: bytes.subarray(offset + frameBytes, end),
    offset,
    end,
  };
}

/** Whether an undamaged batch begins anywhere after `offset`. Linear: a byte that begins a magic occurs nowhere else but in hashes and numbers. */
export function hasBatchAfter(bytes: Buffer, offset: number): boolean {
  let next = bytes.indexOf(magics.batch, offset + 1);
  while (next !== -1) {
    if (readRecord(bytes, next) !== null) return true;
    next = bytes.indexOf(magics.batch, next + 1);
  }
  return false;
}
