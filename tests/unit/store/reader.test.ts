import { afterEach, describe, expect, test } from 'vitest';
import { follow } from '../../../src/store/follow.ts';
import { openReader, type StoreReader } from '../../../src/store/reader.ts';
import { openStore } from '../../../src/store/store.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryDisk } from './memory-disk.ts';
import { addNotes, folder, note, noteIds, notesMigrations, openNotes, readNotes, upTo } from './notes-store.ts';

const journal = (number: number): string => `${folder}/journal-${String(number).padStart(8, '0')}.log`;
const readers: StoreReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
async function read(disk: MemoryDisk): Promise<StoreReader> {
  const reader = await readNotes(disk);
  readers.push(reader);
  return reader;
}

describe('a reader', () => {
  test('finds no store in an empty folder', async () => {
    await expect(readNotes(new MemoryDisk())).rejects.toMatchObject({ kind: 'missing' });
    await expect(openReader({ folder: '/nowhere/at/all', name: 'run' })).rejects.toMatchObject({ kind: 'missing' });
    const disk = new MemoryDisk();
    disk.place(journal(1), Buffer.alloc(0));
    await expect(readNotes(disk)).rejects.toMatchObject({ kind: 'missing' });
  });

  test('follows a live writer over records, checkpoints and new owners, and writes nothing', async () => {
    const disk = new MemoryDisk();
    let { store } = await openNotes(disk);
    const reader = await read(disk);
    expect([reader.sequence, await reader.refresh()]).toEqual([0, false]);
    await addNotes(store, 1, 2);
    expect([await reader.refresh(), noteIds(reader), reader.headHash]).toEqual([true, upTo(2), store.headHash]);
    await store.checkpoint();
    expect([await reader.refresh(), reader.sequence]).toEqual([false, 2]);
    await addNotes(store, 3, 3);
    expect([await reader.refresh(), noteIds(reader)]).toEqual([true, upTo(3)]);
    await addNotes(store, 4, 4);
    await store.checkpoint();
    await addNotes(store, 5, 5);
    await store.close({ checkpoint: false });
    ({ store } = await openNotes(disk));
    await addNotes(store, 6, 6);
    const calls = disk.calls.length;
    expect([await reader.refresh(), noteIds(reader), reader.headHash]).toEqual([true, upTo(6), store.headHash]);
    const made = new Set(disk.calls.slice(calls));
    expect([...made].filter((call) => !['list', 'readFile'].includes(call))).toEqual([]);
    await store.close();
  });

  test('passes over a record that is being written, and takes it when it is whole', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    const before = disk.bytes(journal(1)).length;
    await addNotes(store, 2, 2);
    await store.close({ checkpoint: false });
    const whole = disk.bytes(journal(1));
    disk.place(journal(1), whole.subarray(0, before));
    const reader = await read(disk);
    disk.place(journal(1), whole.subarray(0, before + 60));
    expect([await reader.refresh(), reader.tornTail]).toEqual([false, { file: journal(1), offset: before, bytes: 60 }]);
    // The next owner is about to write its header.
    disk.place(journal(2), Buffer.from('SY'));
    expect(await reader.refresh()).toBe(false);
    disk.place(journal(1), whole);
    expect([await reader.refresh(), reader.tornTail, noteIds(reader)]).toEqual([true, null, upTo(2)]);
  });

  test('reads again when files vanish while it reads', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 2);
    let vanish = 3;
    disk.before = (call, path) => {
      if (call === 'readFile' && path.includes('journal') && vanish > 0) {
        vanish -= 1;
        throw Object.assign(new Error(`ENOENT ${vanish}`), { code: 'ENOENT' });
      }
    };
    const reader = await read(disk);
    vanish = 2;
    expect(await reader.refresh()).toBe(false);
    vanish = 0;
    let lists = 0;
    disk.before = (call) => {
      if (call !== 'list') return;
      lists += 1;
      if (lists === 1) throw Object.assign(new Error('ENOENT list'), { code: 'ENOENT' });
    };
    expect([await reader.refresh(), noteIds(reader)]).toEqual([false, upTo(2)]);
    disk.before = () => undefined;
    await store.close();
  });

  test('tells damage that stays, and a disk that fails', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    const offset = disk.bytes(journal(1)).length;
    const reader = await read(disk);
    await addNotes(store, 2, 3);
    await store.close({ checkpoint: false });
    const whole = disk.bytes(journal(1));
    const broken = Buffer.from(whole);
    broken[offset + 55] = 0;
    disk.place(journal(1), broken);
    await expect(reader.refresh()).rejects.toMatchObject({ kind: 'damaged', offset });
    disk.place(journal(1), whole);
    for (const call of ['readFile', 'list']) {
      disk.before = (made) => {
        if (made === call) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      };
      await expect(reader.refresh()).rejects.toMatchObject({ kind: 'unreadable', code: 'EIO' });
    }
    disk.before = () => undefined;
    expect([await reader.refresh(), noteIds(reader)]).toEqual([true, upTo(3)]);
    await expect(async () => reader.query('delete from notes')).rejects.toThrow('readonly');
  });

  test('tells a record that it cannot apply', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    const reader = await read(disk);
    store.transact([['insert into absent values (?)', 1]]);
    await store.close({ checkpoint: false });
    await expect(reader.refresh()).rejects.toThrow('record 2 cannot be applied');
    expect(noteIds(reader)).toEqual([1]);
  });

  test('of a database file without a journal notices the next owner', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    await store.close();
    disk.drop(journal(2));
    const reader = await read(disk);
    expect([noteIds(reader), await reader.refresh()]).toEqual([[1], false]);
    const again = await openNotes(disk);
    await addNotes(again.store, 2, 2);
    expect([await reader.refresh(), noteIds(reader)]).toEqual([true, [1, 2]]);
    await again.store.close();
  });
});

describe('follow', () => {
  test('tells each change of a store on disk until it is told to stop', async () => {
    const base = await mkdtemp(join(tmpdir(), 'stateyard-follow-'));
    const { store } = await openStore({ folder: base, name: 'run', migrations: notesMigrations });
    const reader = await openReader({ folder: base, name: 'run' });
    const stop = new AbortController();
    const seen: number[] = [];
    const following = follow(reader, () => void seen.push(reader.sequence), stop.signal);
    for (let id = 1; id <= 3; id += 1) {
      store.transact(note(id));
      await expect.poll(() => seen.at(-1), { interval: 2 }).toBe(id);
    }
    stop.abort();
    await following;
    expect(seen).toEqual([1, 2, 3]);
    await store.close({ checkpoint: false });
    reader.close();
    await rm(base, { recursive: true, force: true });
  });

  test('polls where a folder cannot be watched, and passes errors on', async () => {
    let refreshed = 0;
    const reader: StoreReader = {
      folder: '/nowhere/at/all',
      sequence: 0,
      headHash: '',
      tornTail: null,
      query: () => [],
      refresh: async () => {
        refreshed += 1;
        return refreshed === 3;
      },
      close: () => undefined,
    };
    const stopped = new Error('told');
    await expect(follow(reader, () => Promise.reject(stopped), new AbortController().signal, 1)).rejects.toBe(stopped);
    expect(refreshed).toBe(3);
  });
});
