import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';

/** Which part of a file is wanted: all of it (null where it is larger), or its first bytes. */
export interface Wanted {
  readonly maxBytes: number;
  readonly part: 'whole' | 'start';
}

const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of the regular file that stands at `root`/`path`, where `root` has no link in it; null for one that is larger than wanted, that cannot be read, or
 * that any link leads to. Not even a folder that is replaced by a link meanwhile leads out: the file that was opened must be the one that the path names
 * without links.
 */
export function readProjectFile(root: string, path: string, { maxBytes, part }: Wanted): Buffer | null {
  const absolute = `${root === '/' ? '' : root}/${path}`;
  let file: number | null = null;
  try {
    // A FIFO that took the place of a file would block an open that waits.
    file = openSync(absolute, openFlags);
    const opened = fstatSync(file);
    if (!opened.isFile() || (part === 'whole' && opened.size > maxBytes)) return null;
    if (realpathSync.native(absolute) !== absolute) return null;
    const named = lstatSync(absolute);
    if (named.ino !== opened.ino || named.dev !== opened.dev) return null;
    return readUpTo(file, Math.min(opened.size, maxBytes));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

function readUpTo(file: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const count = readSync(file, bytes, length, size - length, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** The text of UTF-8, without a byte order mark; null for anything else, binary files with NUL bytes too. */
export function decodeText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Like {@link decodeText} for bytes that may end in the middle of a character. */
export function decodeStart(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
