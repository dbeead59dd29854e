import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { loadSqlEngine } from '../../../src/store/sql-engine.ts';
import { sealImage } from '../../../src/store/image.ts';
import { createRunFolder, storeLayout } from '../../../src/store/layout.ts';
import { openForWriting } from '../../../src/store/opening.ts';
import { genesis } from '../../../src/store/record.ts';
import { listRuns, recordRun } from '../../../src/store/run-index.ts';
import { encodeHeader, segmentPath } from '../../../src/store/segment.ts';
import { openStore } from '../../../src/store/store.ts';
import { verifyStore } from '../../../src/store/verify.ts';
import { MemoryDisk } from './memory-disk.ts';
import { addNotes, folder, notesMigrations, openNotes, readNotes } from './notes-store.ts';

const image = `${folder}/run.db`;
let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'stateyard-edges-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe('a folder on the real disk', () => {
  test('is made for a new store, unless the store must exist or cannot be made', async () => {
    const options = { folder: join(base, 'a', 'b'), name: 'run', migrations: notesMigrations } as const;
    await expect(openStore({ ...options, mustExist: true })).rejects.toMatchObject({ kind: 'missing' });
    const { store } = await openStore(options);
    await addNotes(store, 1, 1);
    await store.close();
    expect((await verifyStore({ folder: options.folder, name: 'run' })).ok).toBe(true);
    expect((await verifyStore({ folder: join(base, 'none'), name: 'run' })).problems).toMatchObject([
      { kind: 'unreadable', message: expect.stringContaining('ENOENT') as string },
    ]);
    await writeFile(join(base, 'file'), '');
    await expect(openStore({ ...options, folder: join(base, 'file', 'x') })).rejects.toMatchObject({
      kind: 'unreadable',
      code: 'ENOTDIR',
    });
  });
});

/** A database file with a right seal, of the given SQL. */
async function sealed(sql: string): Promise<Buffer> {
  const engine = await loadSqlEngine();
  const database = new engine.Database();
  database.run(sql);
  const bytes = database.export();
  database.close();
  sealImage(bytes);
  return Buffer.from(bytes);
}

describe('a database file with a right seal', () => {
  test.each([
    ['create table a (b)', 'not one of a store'],
    ['create table meta (key text, value text)', 'does not say its place'],
    ["create table meta (key text, value text); insert into meta values ('sequence', '3')", 'does not say its place'],
  ])('of "%s" is refused', async (sql, message) => {
    const disk = new MemoryDisk();
    disk.place(image, await sealed(sql));
    await expect(openNotes(disk)).rejects.toThrow(message);
  });

  test('in which SQLite finds damage, is a problem', async () => {
    const disk = new MemoryDisk();
    const { store } = await openNotes(disk);
    await addNotes(store, 1, 40);
    await store.close();
    const bytes = Buffer.from(disk.bytes(image));
    const page = bytes.readUInt16BE(16);
    bytes.fill(0xff, bytes.length - page, bytes.length - page + 24);
    sealImage(bytes);
    disk.place(image, bytes);
    const report = await verifyStore({ folder, name: 'run', disk });
    expect(report.ok).toBe(false);
    expect(report.problems.length).toBeGreaterThan(0);
  });
});

test('a checkpoint that SQLite refuses leaves the journal as it is', async () => {
  const disk = new MemoryDisk();
  const { writer } = await openForWriting({ disk, folder, name: 'run' }, false, () => undefined);
  writer.append([['select 1']]);
  const refused = writer.rotate(() => {
    throw new Error('out of memory');
  });
  await expect(refused).rejects.toThrow('out of memory');
  expect([writer.failure, writer.segmentNumber]).toEqual([null, 1]);
  writer.append([['select 2']]);
  await writer.durable();
  expect(writer.synced.sequence).toBe(2);
  writer.fail(new Error('once'));
  expect(writer.fail(new Error('twice')).message).toContain('once');
  await expect(writer.rotate(() => ({ ...genesis, crc: 0 }))).rejects.toBe(writer.failure);
  expect(() => writer.append([['select 3']])).toThrow('once');
  await writer.close();
});

test('verify looks again when files change while it reads', async () => {
  const disk = new MemoryDisk();
  const { store } = await openNotes(disk);
  await addNotes(store, 1, 2);
  const whole = disk.bytes(segmentPath(folder, 'run', 1));
  await store.close();
  const after = disk.copy();
  const live = new MemoryDisk();
  live.place(segmentPath(folder, 'run', 1), whole);
  let reads = 0;
  live.before = (call) => {
    if (call !== 'readFile') return;
    reads += 1;
    if (reads > 1) return;
    // The writer's checkpoint comes between the listing and the reading.
    for (const path of after.paths()) live.place(path, after.bytes(path));
    live.drop(segmentPath(folder, 'run', 1));
  };
  expect(await verifyStore({ folder, name: 'run', disk: live })).toMatchObject({ ok: true, head: { sequence: 2 } });
});

test('an opening that died before its first record leaves a store that is listed by nobody and opened by all', async () => {
  const layout = storeLayout(join(base, '.stateyard'));
  const runId = '01J00000000000000000000001' as RunId;
  const run = await createRunFolder(layout, runId);
  const header = (store: 'run' | 'index'): Buffer => encodeHeader({ format: 1, store, schema: 0, base: genesis, image: null });
  await writeFile(segmentPath(run.folder, 'run', 1), header('run'));
  await writeFile(segmentPath(layout.root, 'index', 1), header('index'));
  expect(await listRuns(layout)).toEqual([]);
  await rm(segmentPath(layout.root, 'index', 1));
  await mkdir(segmentPath(layout.root, 'index', 1));
  await expect(listRuns(layout)).rejects.toMatchObject({ kind: 'unreadable', code: 'EISDIR' });
  await expect(recordRun(layout, { run_id: runId } as never)).rejects.toMatchObject({ kind: 'unreadable' });
});

test('a reader of a disk that cannot be listed says so', async () => {
  const disk = new MemoryDisk();
  disk.before = () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
  };
  await expect(readNotes(disk)).rejects.toMatchObject({ kind: 'unreadable', code: 'EACCES' });
});
