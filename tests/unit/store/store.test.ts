import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../src/errors.ts';
import { openStore } from '../../../src/store/store.ts';
import { MemoryDisk } from './memory-disk.ts';
import { addNotes, folder, note, noteIds, notesMigrations, openNotes, readNotes, upTo } from './notes-store.ts';

const journal = (number: number): string => `${folder}/journal-${String(number).padStart(8, '0')}.log`;
const image = `${folder}/run.db`;

describe('a new store', () => {
  test('is made where there is none, and is there after it was closed', async () => {
    const disk = new MemoryDisk();
    const { store, recovery } = await openNotes(disk);
    expect(recovery).toEqual({ created: true, replayedRecords: 0, tornTail: null, fencedTails: [] });
    expect(store.transact(note(1))).toBe(1);
    await store.close();
    const again = await openNotes(disk, { mustExist: true });
    expect(again.recovery).toMatchObject({ created: false, replayedRecords: 0 });
    expect(await again.store.query('select text, weight from notes')).toEqual([{ text: 'note 1', weight: 0.25 }]);
    await again.store.close();
  });

  test('is not made when it must exist', async () => {
    const disk = new MemoryDisk();
    await expect(openNotes(disk, { mustExist: true })).rejects.toMatchObject({ kind: 'missing' });
    expect(disk.paths()).toEqual([]);
  });

  test('of which a crash left nothing but an unfinished header, was never made', async () => {
    const disk = new MemoryDisk();
    disk.place(journal(1), Buffer.from('SY'));
    await expect(openNotes(disk, { mustExist: true })).rejects.toMatchObject({ kind: 'missing' });
    const { store, recovery } = await openNotes(disk);
    expect(recovery).toMatchObject({ created: true, tornTail: { file: 'journal-00000001.log', offset: 0, bytes: 2 } });
    await store.close({ checkpoint: false });
  });

  test('writes its schema with the first record, so it needs no code to be replayed', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 2);
    await store.close({ checkpoint: false });
    const bare = await openStore({ folder, name: 'run', disk, migrations: notesMigrations });
    expect(bare.store.sequence).toBe(2);
    expect(await bare.store.query('select count(*) as count from notes')).toEqual([{ count: 2 }]);
    await bare.store.close();
  });
});

describe('transact', () => {
  test('joins what one turn transacts into one record', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    expect([store.transact(note(1)), store.transact(note(2)), store.sequence]).toEqual([1, 1, 1]);
    expect(store.durableSequence).toBe(0);
    await store.durable();
    expect(store.durableSequence).toBe(1);
    expect(store.transact(note(3))).toBe(2);
    await store.durable();
    expect(disk.calls.filter((call) => call === 'sync')).toHaveLength(3);
    expect(store.transact([])).toBe(2);
    await store.close({ checkpoint: false });
  });

  test('reaches the disk without anyone waiting', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    store.transact(note(1));
    await expect.poll(() => store.durableSequence).toBe(1);
    await store.close({ checkpoint: false });
  });

  test('changes the head hash with every record', async () => {
    const { store } = await openNotes(new MemoryDisk());
    const hashes = new Set([store.headHash]);
    for (let id = 1; id <= 3; id += 1) {
      await addNotes(store, id, id);
      hashes.add(store.headHash);
    }
    expect(hashes.size).toBe(4);
    await store.close({ checkpoint: false });
  });

  test('with a statement that SQLite refuses, throws and keeps nothing of the unit', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    await store.warm();
    expect(() => store.transact([...note(2), ...note(1)])).toThrow(InvariantError);
    expect(() => store.transact([['insert into absent values (?)', 1]])).toThrow('no such table');
    expect(store.sequence).toBe(1);
    expect(await store.query('select id from notes')).toEqual([{ id: 1 }]);
    await addNotes(store, 2, 2);
    await store.close();
  });

  test('with a statement that a database not loaded would refuse, shows when it is loaded', async () => {
    const { store } = await openNotes(new MemoryDisk());
    store.transact([['insert into absent values (?)', 1]]);
    await expect(store.query('select 1')).rejects.toBeInstanceOf(InvariantError);
    await expect(store.query('select 1')).rejects.toThrow('no such table');
    await store.close({ checkpoint: false });
  });

  test('after close is a fault of the caller', async () => {
    const { store } = await openNotes(new MemoryDisk());
    await Promise.all([store.close(), store.close()]);
    expect(() => store.transact(note(1))).toThrow(InvariantError);
    await expect(store.query('select 1')).rejects.toThrow('closed');
    expect(() => store.checkpoint()).toThrow('closed');
  });
});

describe('query', () => {
  test('sees what was transacted before and after SQLite was loaded', async () => {
    const { store } = await openNotes(new MemoryDisk());
    store.transact(note(1));
    expect(await store.query('select id from notes where id = ?', 1)).toEqual([{ id: 1 }]);
    store.transact(note(2));
    expect(await store.query('select count(*) as count from copies')).toEqual([{ count: 2 }]);
    await store.close();
  });

  test('sees what is transacted while SQLite is being loaded', async () => {
    const { store } = await openNotes(new MemoryDisk());
    await addNotes(store, 1, 3);
    const loading = store.query('select count(*) as count from notes');
    store.transact(note(4));
    await Promise.resolve();
    store.transact(note(5));
    expect(await loading).toEqual([{ count: 5 }]);
    await store.close();
  });

  test('reads what was too large to hold from the journal', async () => {
    const { store } = await openNotes(new MemoryDisk());
    const text = 'x'.repeat(300_000);
    for (let id = 1; id <= 5; id += 1) store.transact(note(id, text));
    store.transact(note(6));
    expect(await store.query('select count(*) as count, sum(length(text)) as length from notes')).toEqual([
      { count: 6, length: 1_500_006 },
    ]);
    await store.close();
  });

  test('refuses to write', async () => {
    const { store } = await openNotes(new MemoryDisk());
    await addNotes(store, 1, 1);
    await expect(store.query('delete from notes')).rejects.toThrow('readonly');
    await expect(store.query('select nonsense')).rejects.toThrow('nonsense');
    store.transact(note(2));
    expect(await store.query('select count(*) as count from notes')).toEqual([{ count: 2 }]);
    await store.close();
  });
});

describe('checkpoint', () => {
  test('writes the database file, removes the journal before it, and goes on', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 3);
    const before = store.headHash;
    await store.checkpoint();
    expect(disk.paths()).toEqual([journal(2), image]);
    expect([store.headHash, store.journalBytes]).toEqual([before, 0]);
    const calls = disk.calls.length;
    await store.checkpoint();
    expect(disk.calls.slice(calls)).toEqual([]);
    await addNotes(store, 4, 5);
    await Promise.all([store.checkpoint(), store.checkpoint(), addNotes(store, 6, 9)]);
    await store.close({ checkpoint: false });
    const reader = await readNotes(disk);
    expect(noteIds(reader)).toEqual(upTo(9));
    reader.close();
  });

  test('happens by itself when the journal has outgrown the database', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    const text = 'x'.repeat(400_000);
    for (let id = 1; id <= 12; id += 1) {
      store.transact(note(id, text));
      await store.durable();
    }
    await expect.poll(() => disk.exists(image), { timeout: 5000 }).toBe(true);
    await store.close({ checkpoint: false });
    const reader = await readNotes(disk);
    expect(noteIds(reader)).toEqual(upTo(12));
    reader.close();
  });

  test('of a store that was only looked at, does not load SQLite or write', async () => {
    const disk = new MemoryDisk();
    const first = await openNotes(disk);
    await addNotes(first.store, 1, 1);
    await first.store.close();
    const bytes = disk.bytes(image);
    const { store } = await openNotes(disk);
    await store.close();
    expect(disk.bytes(image)).toBe(bytes);
  });
});

describe('migrations', () => {
  const more = [...notesMigrations, 'alter table notes add column author text'];

  test('that the store has not seen are applied, once', async () => {
    const disk = new MemoryDisk();
    const first = await openNotes(disk);
    await addNotes(first.store, 1, 1);
    await first.store.close();
    for (let opening = 0; opening < 3; opening += 1) {
      const { store } = await openNotes(disk, { migrations: more });
      expect(await store.query('select id, author from notes')).toEqual([{ id: 1, author: null }]);
      await store.close({ checkpoint: opening === 1 });
      expect(store.sequence).toBe(2);
    }
  });

  test('of a newer version are refused', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk, { migrations: more });
    await addNotes(store, 1, 1);
    await store.close({ checkpoint: false });
    await expect(openNotes(disk)).rejects.toMatchObject({ kind: 'newer' });
  });
});
