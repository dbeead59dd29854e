import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameBytes } from '../../src/store/record.ts';
import { parseSegment } from '../../src/store/segment.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { MemoryDisk } from '../unit/store/memory-disk.ts';
import { addNotes, folder, note, noteIds, openNotes, readNotes, upTo } from '../unit/store/notes-store.ts';

interface Made {
  readonly disk: MemoryDisk;
  /** Record number -> head hash. */
  readonly hashes: readonly string[];
  readonly last: number;
}

/** A store of several openings: a checkpoint after the first records (or none), and a segment with records a session. */
async function makeStore(sessions: readonly number[], checkpointAfter: number | null): Promise<Made> {
  const disk = new MemoryDisk();
  const hashes: string[] = ['0'.repeat(64)];
  let last = 0;
  for (const [index, count] of sessions.entries()) {
    const { store } = await openNotes(disk);
    for (let made = 0; made < count; made += 1) {
      last += 1;
      await addNotes(store, last, last);
      hashes[last] = store.headHash;
    }
    await store.close({ checkpoint: checkpointAfter === index });
  }
  return { disk, hashes, last };
}

const journals = (disk: MemoryDisk): string[] => disk.paths().filter((path) => path.endsWith('.log'));

/** Opens for writing what was damaged: the head that it gives, or null when it is refused as damaged. */
async function headAfter(disk: MemoryDisk): Promise<{ sequence: number; hash: string; torn: boolean } | null> {
  try {
    const { store, recovery } = await openNotes(disk);
    const head = { sequence: store.durableSequence, hash: store.headHash, torn: recovery.tornTail !== null };
    await store.close({ checkpoint: false });
    return head;
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).kind).toBe('damaged');
    expect((error as StoreError).advice).not.toBe('');
    return null;
  }
}

const refused = { sequence: -1, hash: 'refused', torn: false };

const shapes = fc.record({
  sessions: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  checkpointAfter: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }),
});

describe('a damaged journal', () => {
  test('cut at any byte of its last segment, is cut to the last whole record', async () => {
    const { disk, hashes, last } = await makeStore([2, 3], null);
    const path = journals(disk).at(-1) ?? '';
    const whole = disk.bytes(path);
    const headerEnd = parseSegment(2, path, whole).start;
    const heads = new Set<number>();
    for (let length = 0; length < whole.length; length += 1) {
      const cut = disk.copy();
      cut.place(path, whole.subarray(0, length));
      const head = (await headAfter(cut)) ?? refused;
      // What was cut off is told; so are the remains of a header, which stay.
      const told = cut.bytes(path).length < length || (length > 0 && length < headerEnd);
      expect([head.hash, head.torn]).toEqual([hashes[head.sequence], told]);
      expect((await headAfter(cut))?.hash).toBe(head.hash);
      heads.add(head.sequence);
    }
    expect([...heads]).toEqual([last - 3, last - 2, last - 1]);
  });

  test('cut anywhere before its last segment, is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (where) => {
        const { disk } = await makeStore([3, 2], null);
        const path = journals(disk)[0] ?? '';
        disk.place(path, disk.bytes(path).subarray(0, Math.floor(where * disk.bytes(path).length)));
        expect(await headAfter(disk)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  test('with any bit flipped, is refused or loses its last record alone, and says so', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(), fc.nat(), fc.integer({ min: 0, max: 7 }), async (shape, file, byte, bit) => {
        const { disk, hashes, last } = await makeStore(shape.sessions, shape.checkpointAfter);
        const paths = disk.paths();
        const path = paths[file % paths.length] ?? '';
        const bytes = Buffer.from(disk.bytes(path));
        const offset = byte % bytes.length;
        bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
        disk.place(path, bytes);
        const head = await headAfter(disk);
        if (head === null) return;
        expect(path.endsWith('.log')).toBe(true);
        expect(head.torn).toBe(true);
        expect(head.hash).toBe(hashes[head.sequence]);
        // A segment without records may lose its header: no record is lost by that.
        expect(head.sequence).toBeGreaterThanOrEqual(last - 1);
      }),
      { numRuns: 400 },
    );
  });

  test('with a segment that holds records removed, is refused', async () => {
    const { disk } = await makeStore([2, 2, 2], null);
    const paths = journals(disk);
    for (const path of paths.slice(0, -1)) {
      const broken = disk.copy();
      broken.drop(path);
      expect(await headAfter(broken)).toBeNull();
    }
  });

  test('with two whole records exchanged, is refused', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    const path = journals(disk)[0] ?? '';
    await addNotes(store, 1, 1);
    const second = disk.bytes(path).length;
    await addNotes(store, 2, 2);
    const third = disk.bytes(path).length;
    await addNotes(store, 3, 3);
    await store.close({ checkpoint: false });
    const bytes = disk.bytes(path);
    disk.place(path, Buffer.concat([bytes.subarray(0, second), bytes.subarray(third), bytes.subarray(second, third)]));
    expect(await headAfter(disk)).toBeNull();
  });

  test('shows readers whole units alone, wherever it is cut', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    for (let id = 1; id <= 6; id += 2) {
      store.transact(note(id));
      store.transact(note(id + 1, 'x'.repeat(frameBytes)));
      await store.durable();
    }
    await store.close({ checkpoint: false });
    const path = journals(disk)[0] ?? '';
    const whole = disk.bytes(path);
    const seen = new Set<number>();
    for (let length = whole.length; length > 600; length -= 7) {
      disk.place(path, whole.subarray(0, length));
      const reader = await readNotes(disk);
      const ids = reader.sequence === 0 ? [] : noteIds(reader);
      reader.close();
      expect(ids).toEqual(upTo(ids.length));
      expect(ids.length % 2).toBe(0);
      seen.add(ids.length);
    }
    expect(seen).toContain(6);
    expect(seen).toContain(4);
    expect(disk.paths()).toEqual([`${folder}/journal-00000001.log`]);
  });
});
