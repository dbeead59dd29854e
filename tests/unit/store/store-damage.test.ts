import { describe, expect, test } from 'vitest';
import { chainHash, frameRecord, genesis } from '../../../src/store/record.ts';
import { encodeHeader } from '../../../src/store/segment.ts';
import { verifyStore } from '../../../src/store/verify.ts';
import { MemoryDisk } from './memory-disk.ts';
import { addNotes, folder, openNotes, readNotes, upTo, noteIds } from './notes-store.ts';

const journal = (number: number): string => `${folder}/journal-${String(number).padStart(8, '0')}.log`;
const image = `${folder}/run.db`;

/** `segments` of two records each; with a database file after the first when told. */
async function madeOf(segments: number, checkpointed = false): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  for (let segment = 0; segment < segments; segment += 1) {
    const { store } = await openNotes(disk);
    await addNotes(store, segment * 2 + 1, segment * 2 + 2);
    await store.close({ checkpoint: checkpointed && segment === 0 });
  }
  return disk;
}

/** That writer, reader and verifier all refuse the store as damaged. */
async function expectRefused(disk: MemoryDisk, message: string): Promise<void> {
  const before = disk.paths().map((path) => disk.bytes(path));
  await expect(openNotes(disk)).rejects.toMatchObject({ kind: 'damaged', message: expect.stringContaining(message) as string });
  await expect(readNotes(disk)).rejects.toMatchObject({ kind: 'damaged' });
  const report = await verifyStore({ folder, name: 'run', disk });
  expect(report).toMatchObject({
    ok: false,
    problems: [{ kind: 'damaged', message: expect.stringContaining(message) as string }],
  });
  expect(disk.paths().map((path) => disk.bytes(path))).toEqual(before);
}

describe('a store is refused', () => {
  test('when its database file is cut, changed, or not of a store', async () => {
    const disk = await madeOf(1, true);
    const whole = disk.bytes(image);
    disk.place(image, whole.subarray(0, 50));
    await expectRefused(disk, 'cut short');
    disk.place(image, whole.subarray(0, 8192));
    await expectRefused(disk, 'checksum of the database file');
    disk.drop(image);
    await expectRefused(disk, 'records 1 to 2 are missing');
  });

  test('when the journal does not reach back to the database file', async () => {
    const disk = await madeOf(2, true);
    const other = await madeOf(3, false);
    disk.drop(journal(2));
    disk.place(journal(3), other.bytes(journal(3)));
    await expectRefused(disk, 'records 3 to 4 are missing');
  });

  test('when the database file is of another history', async () => {
    const disk = await madeOf(2, true);
    const other = new MemoryDisk();
    const { store } = await openNotes(other);
    await addNotes(store, 101, 102);
    await store.close();
    disk.place(image, other.bytes(image));
    await expectRefused(disk, 'does not continue record 2'.replace('does not continue record 2', 'differ at record 2'));
  });

  test('when a segment is of another history', async () => {
    const disk = await madeOf(2);
    const other = new MemoryDisk();
    const { store } = await openNotes(other);
    await addNotes(store, 101, 102);
    await store.close({ checkpoint: false });
    disk.place(journal(1), other.bytes(journal(1)));
    await expectRefused(disk, 'does not continue record 2');
  });

  test('when the head of a segment with records is damaged', async () => {
    const disk = await madeOf(1);
    disk.place(journal(1), Buffer.concat([Buffer.from('?'), disk.bytes(journal(1)).subarray(1)]));
    await expectRefused(disk, 'header of the segment');
  });

  test('when a record skips a number, breaks the chain, or cannot be applied', async () => {
    const base = await madeOf(1);
    const { store } = await openNotes(base.copy());
    const head = { sequence: store.sequence, hash: store.headHash };
    await store.close({ checkpoint: false });
    const payload = Buffer.from('{"t":[[99]]}');
    const append = (bytes: Buffer): MemoryDisk => {
      const disk = base.copy();
      disk.place(journal(1), Buffer.concat([disk.bytes(journal(1)), bytes]));
      return disk;
    };
    await expectRefused(append(frameRecord('batch', { sequence: 9, hash: head.hash }, payload)), 'record 9 follows record 2');
    await expectRefused(append(frameRecord('batch', { sequence: 3, hash: head.hash }, payload)), 'hash chain');
    const valid = append(frameRecord('batch', { sequence: 3, hash: chainHash(head, payload) }, payload));
    await expect(readNotes(valid)).rejects.toThrow('record 3 cannot be applied');
  });

  test('when it has a format of the future', async () => {
    const disk = new MemoryDisk();
    disk.place(journal(1), encodeHeader({ format: 2, store: 'run', schema: 0, base: genesis, image: null }));
    await expect(openNotes(disk)).rejects.toMatchObject({ kind: 'newer' });
    await expect(readNotes(disk)).rejects.toMatchObject({ kind: 'newer' });
  });
});

describe('a store is opened', () => {
  test('when the segment that knew its database file is gone: the file knows its place', async () => {
    const disk = await madeOf(1, true);
    disk.drop(journal(2));
    const { store, recovery } = await openNotes(disk, { mustExist: true });
    expect([store.sequence, recovery.created]).toEqual([2, false]);
    await addNotes(store, 3, 3);
    await store.close({ checkpoint: false });
    const reader = await readNotes(disk);
    expect(noteIds(reader)).toEqual(upTo(3));
    reader.close();
  });

  test('when its newest records are in the database file alone', async () => {
    const disk = await madeOf(1);
    const old = disk.bytes(journal(1));
    const { store } = await openNotes(disk);
    await addNotes(store, 3, 3);
    await store.close();
    disk.drop(journal(3));
    disk.place(journal(1), old);
    const again = await openNotes(disk);
    expect(again.store.sequence).toBe(3);
    await again.store.close();
  });

  test('with a torn tail, which is cut and told', async () => {
    const disk = await madeOf(1);
    const whole = disk.bytes(journal(1));
    disk.place(journal(1), Buffer.concat([whole, whole.subarray(-40)]));
    expect((await verifyStore({ folder, name: 'run', disk })).tornTail).toEqual({
      file: journal(1),
      offset: whole.length,
      bytes: 40,
    });
    const { store, recovery } = await openNotes(disk);
    expect(recovery.tornTail).toEqual({ file: 'journal-00000001.log', offset: whole.length, bytes: 40 });
    expect(disk.bytes(journal(1))).toEqual(whole);
    await store.close({ checkpoint: false });
    expect((await openNotes(disk)).recovery.tornTail).toBeNull();
  });
});

describe('verify', () => {
  test('reports a whole store, with its head and its files', async () => {
    const disk = await madeOf(2, true);
    const report = await verifyStore({ folder, name: 'run', disk });
    const { store } = await openNotes(disk);
    expect(report).toMatchObject({
      ok: true,
      problems: [],
      tornTail: null,
      fencedTails: [],
      head: { sequence: 4, hash: store.headHash },
    });
    expect(report.checkpoint).toMatchObject({ sequence: 2, bytes: disk.bytes(image).length });
    expect(report.journal).toMatchObject({ segments: 2, records: 2 });
    await store.close({ checkpoint: false });
  });

  test('tells a folder without a store, and one that cannot be read', async () => {
    const disk = new MemoryDisk();
    expect((await verifyStore({ folder, name: 'run', disk })).problems).toMatchObject([{ kind: 'missing' }]);
    disk.before = () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    expect((await verifyStore({ folder, name: 'run', disk })).problems).toMatchObject([{ kind: 'unreadable' }]);
  });

  test('tells a database file whose mark in the journal is not its own', async () => {
    const disk = await madeOf(1, true);
    const { crc } = (await import('../../../src/store/image.ts')).checkImage(disk.bytes(image), image);
    const wrong = { sequence: 7, hash: 'a'.repeat(64) };
    disk.place(journal(2), encodeHeader({ format: 1, store: 'run', schema: 1, base: wrong, image: { ...wrong, crc } }));
    const report = await verifyStore({ folder, name: 'run', disk });
    expect(report.problems).toMatchObject([{ message: expect.stringContaining('says record 2') as string }]);
  });
});
