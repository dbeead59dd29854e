import { dirname } from 'node:path';
import type { Disk } from '../store/disk.ts';

/** A file's bytes; grows by doubling, as a journal is written in many small pieces. What is in front of `length` is never overwritten: copies share it. */
interface MemoryFile {
  bytes: Buffer;
  length: number;
}

/** See {@link memoryDisk}. */
export interface MemoryDisk extends Disk {
  /** A disk with the same files, which from now on changes by itself. Nothing is open on it. */
  copy(): MemoryDisk;
}

/**
 * A disk in memory that outlives the engines that use it. Everything that was written is there at once and stays: what is simulated is the end of a
 * program, not the loss of power. Errors are Node's, with a `code`.
 */
export function memoryDisk(files = new Map<string, MemoryFile>()): MemoryDisk {
  const handles = new Map<number, MemoryFile>();
  let lastHandle = 2;
  const open = (file: MemoryFile): number => {
    lastHandle += 1;
    handles.set(lastHandle, file);
    return lastHandle;
  };
  const find = (path: string): MemoryFile => {
    const file = files.get(path);
    if (file === undefined) throw diskError('ENOENT', path);
    return file;
  };
  const opened = (handle: number): MemoryFile => {
    const file = handles.get(handle);
    if (file === undefined) throw diskError('EBADF', String(handle));
    return file;
  };
  return {
    async create(path) {
      if (files.has(path)) throw diskError('EEXIST', path);
      const file = { bytes: Buffer.alloc(4096), length: 0 };
      files.set(path, file);
      return open(file);
    },
    openExisting: async (path) => open(find(path)),
    write: (handle, bytes) => append(opened(handle), bytes),
    sync: async (handle) => void opened(handle),
    truncate(handle, length) {
      const file = opened(handle);
      if (length >= file.length) return;
      file.bytes = Buffer.from(file.bytes.subarray(0, length));
      file.length = length;
    },
    close: (handle) => void handles.delete(handle),
    syncFolder: async () => undefined,
    async rename(from, to) {
      files.set(to, find(from));
      files.delete(from);
    },
    async readFile(path, offset = 0) {
      const { bytes, length } = find(path);
      return Buffer.from(bytes.subarray(Math.min(offset, length), length));
    },
    list: async (folder) =>
      [...files.keys()].filter((path) => dirname(path) === folder).map((path) => path.slice(folder.length + 1)),
    async remove(path) {
      find(path);
      files.delete(path);
    },
    makeFolder: async () => undefined,
    exists: (path) => files.has(path),
    async stat(path) {
      const file = files.get(path);
      return file === undefined ? null : { size: file.length, id: path };
    },
    copy: () => memoryDisk(new Map([...files].map(([path, file]) => [path, shared(file)]))),
  };
}

/** Without room behind its end, so that whoever appends to it takes bytes of its own first. */
function shared({ bytes, length }: MemoryFile): MemoryFile {
  return { bytes: bytes.subarray(0, length), length };
}

function append(file: MemoryFile, bytes: Uint8Array): void {
  const end = file.length + bytes.length;
  if (end > file.bytes.length) {
    const larger = Buffer.alloc(Math.max(end, file.bytes.length * 2));
    file.bytes.copy(larger, 0, 0, file.length);
    file.bytes = larger;
  }
  file.bytes.set(bytes, file.length);
  file.length = end;
}

function diskError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: in memory, '${path}'`), { code });
}
