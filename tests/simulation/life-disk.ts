import { dirname } from 'node:path';
import type { Disk } from '../../src/store/disk.ts';
import type { Life } from './life.ts';
import { diskError, type Inode, type SimulatedDisk } from './simulated-disk.ts';

/** The disk as one life of an engine uses it: every call may be its last, or fail. Only syncs take time. */
export function lifeDisk(disk: SimulatedDisk, life: Life): Disk {
  /** A call that changes something: with its fate, and what of it a failure leaves. */
  const change = <Result>(path: string, work: () => Result, half: () => void = () => undefined): Result => {
    const fate = life.fate(true);
    if (fate === 'fails') {
      half();
      throw diskError(life.trouble.code, path);
    }
    let result: { readonly value: Result } | null = null;
    life.act(fate, () => (result = { value: work() }), half);
    return (result as unknown as { readonly value: Result }).value;
  };
  const inodeOf = (handle: number): Inode => {
    life.refuseDead();
    const inode = disk.handles.get(handle);
    if (inode === undefined) throw diskError('EBADF', String(handle));
    return inode;
  };
  const synced = async (path: string, begin: () => () => void): Promise<void> => {
    const fate = life.fate(true);
    if (fate === 'fails') {
      await life.wait(life.syncMs());
      throw diskError(life.trouble.code, path);
    }
    if (fate === 'diesBefore' || fate === 'diesMiddle') life.die();
    const finish = begin();
    await life.wait(life.syncMs());
    finish();
    if (fate === 'diesAfter') life.die();
  };
  return {
    create: async (path) => change(path, () => disk.open(disk.create(path))),
    openExisting: async (path) => change(path, () => disk.open(disk.find(path))),
    write(handle, bytes) {
      const inode = inodeOf(handle);
      change(
        'a file',
        () => inode.append(bytes),
        () => inode.append(bytes.subarray(0, life.share(bytes.length))),
      );
    },
    sync: (handle) =>
      synced('a file', () => {
        const inode = inodeOf(handle);
        const { length } = inode;
        return () => (inode.syncedLength = length);
      }),
    truncate(handle, length) {
      const inode = inodeOf(handle);
      change('a file', () => (inode.length = Math.min(length, inode.length)));
    },
    close(handle) {
      disk.handles.delete(handle);
    },
    syncFolder: (path) =>
      synced(path, () => {
        const through = disk.changes;
        return () => disk.syncNames(path, through);
      }),
    rename: async (from, to) => change(from, () => disk.rename(from, to)),
    readFile: async (path, offset) => change(path, () => disk.find(path).read(offset)),
    list: async (folder) => change(folder, () => namesIn(disk, folder)),
    remove: async (path) => change(path, () => disk.remove(path)),
    makeFolder: async (path) => change(path, () => undefined),
    exists(path) {
      life.refuseDead();
      return disk.names.has(path);
    },
    async stat(path) {
      life.refuseDead();
      const inode = disk.names.get(path);
      return inode === undefined ? null : { size: inode.length, id: path };
    },
  };
}

/** The disk as someone sees it who only looks, beside a life or after all of them: nothing fails, nothing takes time. */
export function lookingDisk(disk: SimulatedDisk): Disk {
  const refuse = (): never => {
    throw diskError('EROFS', 'only looking');
  };
  return {
    create: async () => refuse(),
    openExisting: async () => refuse(),
    write: refuse,
    sync: async () => refuse(),
    truncate: refuse,
    close: refuse,
    syncFolder: async () => refuse(),
    rename: async () => refuse(),
    readFile: async (path, offset) => disk.find(path).read(offset),
    list: async (folder) => namesIn(disk, folder),
    remove: async () => refuse(),
    makeFolder: async () => refuse(),
    exists: (path) => disk.names.has(path),
    stat: async (path) => ({ size: disk.find(path).length, id: path }),
  };
}

function namesIn(disk: SimulatedDisk, folder: string): string[] {
  const names: string[] = [];
  for (const path of disk.names.keys()) if (dirname(path) === folder) names.push(path.slice(folder.length + 1));
  return names;
}
