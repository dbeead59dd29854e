import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { tailLines } from './tail-lines.ts';
import type { LogTail, TailBounds } from './tail-lines.ts';

const firstBlockBytes = 4 * 1024;
const blockGrowth = 4;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Reads `length` bytes at `position`, or fewer when the file ends before (a log may be cut while it is read). */
function readBlock(descriptor: number, position: number, length: number): Buffer {
  const block = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, block, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return block.subarray(0, filled);
}

/**
 * The last lines of a log file, reading backwards in growing blocks, never more than `bounds.maxBytes` from its end. Synchronous, about
 * 20 microseconds for a line, so that a live display can ask for it at every frame. A file that does not exist is an empty log;
 * other errors of the file system are thrown.
 */
export function readLogTail(path: string, bounds: TailBounds): LogTail {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return { lines: [], omittedBytes: 0 };
    throw error;
  }
  try {
    const size = fstatSync(descriptor).size;
    const limit = Math.min(size, bounds.maxBytes);
    let length = Math.min(limit, firstBlockBytes);
    for (;;) {
      const before = size - length;
      const bytes = readBlock(descriptor, before, length);
      const tail = tailLines(bytes, before, bounds.lines);
      const start = tail.omittedBytes - before;
      const complete = tail.lines.length === bounds.lines && start > 0 && bytes[start - 1] === 0x0a;
      if (complete || length >= limit) return tail;
      length = Math.min(limit, length * blockGrowth);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The end of a log file as text, at most `bytes` of it; it may begin within a line. '' for a file that does not exist; other errors are thrown. */
export function readTail(path: string, bytes: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    const length = Math.min(size, bytes);
    return readBlock(descriptor, size - length, length).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a log file as they are, in chunks of at most 64 KiB. A file that does not exist gives none; other errors are thrown. */
export async function* readLog(path: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 })) yield chunk as Buffer;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
