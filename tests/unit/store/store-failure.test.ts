import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/store/store-error.ts';
import { MemoryDisk } from './memory-disk.ts';
import { addNotes, folder, note, noteIds, openNotes, readNotes, upTo } from './notes-store.ts';

/** From now on the named call fails with `code`, on paths that hold `part`. */
function breakCall(disk: MemoryDisk, broken: string, code: string, part = ''): void {
  disk.before = (call, path) => {
    if (call === broken && path.includes(part)) throw Object.assign(new Error(`${code}: ${call} ${path}`), { code });
  };
}

describe('a disk that fails', () => {
  test.each([
    ['write', 'ENOSPC'],
    ['sync', 'EIO'],
    ['write', 'EROFS'],
  ])('in a %s with %s, ends the store and keeps what was acknowledged', async (call, code) => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 3);
    disk.partialWrite = 0.5;
    breakCall(disk, call, code);
    store.transact(note(4));
    const waiting = store.durable();
    await expect(waiting).rejects.toMatchObject({ kind: 'writeFailed', code, file: `${folder}/journal-00000001.log` });
    expect(store.failure).toBeInstanceOf(StoreError);
    disk.before = () => undefined;
    expect(() => store.transact(note(5))).toThrow(store.failure ?? '');
    await expect(store.durable()).rejects.toBe(store.failure);
    await expect(store.checkpoint()).rejects.toBe(store.failure);
    await expect(store.close()).rejects.toBe(store.failure);
    const again = await openNotes(disk);
    expect(again.recovery.tornTail === null).toBe(call === 'sync');
    await addNotes(again.store, again.store.sequence + 1, 6);
    await again.store.close();
    const reader = await readNotes(disk);
    expect(noteIds(reader)).toEqual(upTo(6));
    reader.close();
  });

  test.each([
    ['create', 'run.db.tmp'],
    ['write', 'run.db.tmp'],
    ['sync', 'run.db.tmp'],
    ['rename', 'run.db.tmp'],
    ['create', 'journal-00000002'],
    ['write', 'journal-00000002'],
  ])('in %s of %s during a checkpoint, loses nothing', async (call, part) => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 3);
    breakCall(disk, call, 'ENOSPC', part);
    await expect(store.checkpoint()).rejects.toMatchObject({ kind: 'writeFailed', code: 'ENOSPC' });
    await expect(store.durable()).rejects.toBe(store.failure);
    await expect(store.close()).rejects.toBe(store.failure);
    disk.before = () => undefined;
    const again = await openNotes(disk);
    expect(again.store.sequence).toBe(3);
    expect(disk.paths().filter((path) => path.includes('.tmp'))).toEqual([]);
    await again.store.close();
    const reader = await readNotes(disk);
    expect(noteIds(reader)).toEqual(upTo(3));
    reader.close();
  });

  test('while it checkpoints by itself, ends the store', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    breakCall(disk, 'create', 'ENOSPC', '.tmp');
    store.transact(note(1, 'x'.repeat(2_200_000)));
    await store.durable();
    await expect.poll(() => store.failure?.code).toBe('ENOSPC');
    await expect(store.close()).rejects.toBe(store.failure);
  });

  test('while a checkpoint waits for the journal, ends both', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    await store.warm();
    breakCall(disk, 'sync', 'EIO');
    const checkpoint = store.checkpoint();
    await Promise.resolve();
    await Promise.resolve();
    store.transact(note(2));
    await expect(checkpoint).rejects.toMatchObject({ code: 'EIO' });
    await expect(store.close()).rejects.toMatchObject({ code: 'EIO' });
  });

  test.each([
    ['list', '', 'unreadable'],
    ['create', 'journal', 'writeFailed'],
    ['readFile', 'journal', 'unreadable'],
    ['sync', 'journal-00000001', 'writeFailed'],
    ['syncFolder', '', 'writeFailed'],
  ])('in %s of "%s" while opening, is told and leaves no new segment', async (call, part, kind) => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    await store.close({ checkpoint: false });
    breakCall(disk, call, 'EACCES', part);
    await expect(openNotes(disk)).rejects.toMatchObject({ kind, code: 'EACCES' });
    expect(disk.paths()).toEqual([`${folder}/journal-00000001.log`]);
  });

  test('while SQLite is being loaded, can be asked again', async () => {
    const disk = new MemoryDisk();
    const first = await openNotes(disk);
    await addNotes(first.store, 1, 1);
    await first.store.close({ checkpoint: false });
    const { store } = await openNotes(disk);
    breakCall(disk, 'readFile', 'EIO');
    await expect(store.query('select 1')).rejects.toMatchObject({ kind: 'unreadable', code: 'EIO' });
    disk.before = () => undefined;
    expect(await store.query('select count(*) as count from notes')).toEqual([{ count: 1 }]);
    await store.close();
  });
});

describe('two writers', () => {
  test('the first is told, and what it was not told to be safe is passed over', async () => {
    const disk = new MemoryDisk();
    const old = await openNotes(disk);
    await addNotes(old.store, 1, 2);
    const { store } = await openNotes(disk);
    old.store.transact(note(3, 'of the old owner'));
    await expect(old.store.durable()).rejects.toMatchObject({ kind: 'fenced' });
    await addNotes(store, 3, 4);
    await store.close({ checkpoint: false });
    await expect(old.store.close()).rejects.toMatchObject({ kind: 'fenced' });
    const again = await openNotes(disk);
    expect(again.recovery.fencedTails).toMatchObject([{ file: 'journal-00000001.log' }]);
    expect(await again.store.query("select count(*) as count from notes where text like 'note%'")).toEqual([{ count: 4 }]);
    await again.store.close();
  });

  test('the first is told after the second has removed its segment', async () => {
    const disk = new MemoryDisk();
    const old = await openNotes(disk);
    await addNotes(old.store, 1, 2);
    const { store } = await openNotes(disk);
    await addNotes(store, 3, 3);
    await store.checkpoint();
    await addNotes(store, 4, 4);
    await store.close();
    expect(disk.paths()).not.toContain(`${folder}/journal-00000002.log`);
    old.store.transact(note(3));
    await expect(old.store.durable()).rejects.toMatchObject({ kind: 'fenced' });
    await expect(old.store.checkpoint()).rejects.toMatchObject({ kind: 'fenced' });
  });

  test('of which the first checkpoints, keep the second one whole', async () => {
    const disk = new MemoryDisk();
    const old = await openNotes(disk);
    await addNotes(old.store, 1, 2);
    const { store } = await openNotes(disk);
    await addNotes(store, 3, 3);
    await expect(old.store.checkpoint()).rejects.toMatchObject({ kind: 'fenced' });
    expect(disk.exists(`${folder}/run.db`)).toBe(false);
    await addNotes(store, 4, 4);
    await store.close();
  });

  test('that open at once: the one that was later to make its segment is refused', async () => {
    const disk = new MemoryDisk();
    const openings = await Promise.allSettled([openNotes(disk), openNotes(disk)]);
    const kept = openings.filter((opening) => opening.status === 'fulfilled');
    expect(kept).toHaveLength(1);
    expect(openings.find((opening) => opening.status === 'rejected')?.reason).toMatchObject({ kind: 'fenced' });
    await kept[0]?.value.store.close({ checkpoint: false });
  });

  test('of which the second was faster and has gone further, keep the second one', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 1);
    await store.close({ checkpoint: false });
    let done = false;
    disk.before = (call, path) => {
      if (call !== 'create' || done) return;
      done = true;
      // Between the look at the folder and the making of the segment another owner came and checkpointed.
      disk.place(`${folder}/journal-00000007.log`, disk.bytes(`${folder}/journal-00000001.log`));
      expect(path).toContain('journal-00000002');
    };
    await expect(openNotes(disk)).rejects.toMatchObject({ kind: 'fenced' });
    expect(disk.paths()).toEqual([`${folder}/journal-00000001.log`, `${folder}/journal-00000007.log`]);
  });
});
