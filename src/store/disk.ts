import { constants, closeSync, existsSync, fsync, ftruncateSync, writeSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, stat, unlink } from 'node:fs/promises';
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { dataSync } from './data-sync.ts';

/**
 * Every call that a store makes to the outside. Errors are Node's, with a `code`. A write is not safe before the `sync` after it came back; a name
 * (of a created, renamed or removed file) not before the `syncFolder` after it.
 */
export interface Disk {
  /** Makes a new file of mode 0600 for appending; fails with EEXIST when there is one. */
  create(path: string): Promise<number>;
  /** Opens an existing file for appending. */
  openExisting(path: string): Promise<number>;
  /** Appends all of `bytes`. */
  write(handle: number, bytes: Uint8Array): void;
  /** Waits until what was written is on the disk (fdatasync). */
  sync(handle: number): Promise<void>;
  truncate(handle: number, length: number): void;
  close(handle: number): void;
  syncFolder(path: string): Promise<void>;
  /** Atomic; replaces `to`. */
  rename(from: string, to: string): Promise<void>;
  /** The file from `offset` (0 when absent) to its end; nothing when it is shorter. */
  readFile(path: string, offset?: number): Promise<Buffer>;
  /** Names in the folder, in no order. */
  list(folder: string): Promise<string[]>;
  remove(path: string): Promise<void>;
  /** With its parents, mode 0700; fine when it exists. */
  makeFolder(path: string): Promise<void>;
  exists(path: string): boolean;
  /** null when there is no such file. */
  stat(path: string): Promise<{ readonly size: number; readonly id: string } | null>;
}

const appendFlags = constants.O_WRONLY | constants.O_APPEND;
const fsyncAsync = promisify(fsync);
const openAsync = promisify(fs.open);
/** Some systems fail on larger single writes. */
const largestWrite = 1 << 26;

async function readFrom(path: string, offset: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const wanted = Math.max(0, size - offset);
    const buffer = Buffer.allocUnsafe(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await file.read(buffer, filled, wanted - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable without.
  if (process.platform === 'win32') return;
  const handle = await openAsync(path, 'r');
  try {
    await fsyncAsync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The real disk. Files are made with mode 0600, folders with 0700. */
export const nodeDisk: Disk = {
  create: (path) => openAsync(path, appendFlags | constants.O_CREAT | constants.O_EXCL, 0o600),
  openExisting: (path) => openAsync(path, appendFlags),
  write(handle, bytes) {
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(handle, bytes, offset, Math.min(bytes.length - offset, largestWrite));
  },
  sync: dataSync(),
  truncate: (handle, length) => ftruncateSync(handle, length),
  close: (handle) => closeSync(handle),
  syncFolder,
  rename: (from, to) => rename(from, to),
  readFile: (path, offset = 0) => (offset === 0 ? readFile(path) : readFrom(path, offset)),
  list: (folder) => readdir(folder),
  remove: (path) => unlink(path),
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  exists: (path) => existsSync(path),
  async stat(path) {
    try {
      const found = await stat(path);
      return { size: found.size, id: `${found.ino}-${found.size}-${found.mtimeMs}` };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  },
};
