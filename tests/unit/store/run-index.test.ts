import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { findRun } from '../../../src/store/find-run.ts';
import { createLayout, createRunFolder, listRunIds, storeLayout, type StoreLayout } from '../../../src/store/layout.ts';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { acquireOwnerLock } from '../../../src/store/owner-lock.ts';
import { compactIndex, listRuns, listUnowned, rebuildIndex, recordRun, type IndexRow } from '../../../src/store/run-index.ts';
import { openStore } from '../../../src/store/store.ts';
import { setTieringBudget } from '../../../src/store/wasm-tiering.ts';
import { verifyStore } from '../../../src/store/verify.ts';

let base: string;
let layout: StoreLayout;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'stateyard-index-'));
  layout = storeLayout(join(base, '.stateyard'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const isJournal = (name: string): boolean => name.startsWith('journal-');
const id = (number: number): RunId => `01J000000000000000000000${String(number).padStart(2, '0')}` as RunId;

function row(number: number, more: Partial<IndexRow> = {}): IndexRow {
  return {
    run_id: id(number),
    workflow_name: 'build',
    project_id: 'p',
    state: 'succeeded',
    state_reason: null,
    created_at: '2026-01-01T00:00:00.000Z',
    started_at: '2026-01-01T00:00:01.000Z',
    ended_at: null,
    exit_code: 0,
    steps_total: 1,
    counters: '{}',
    ...more,
  };
}

/** A run with its own store, and its row in the index unless `indexed` is null. */
async function makeRun(number: number, own: string, indexed: Partial<IndexRow> | null = {}): Promise<void> {
  await createLayout(layout);
  const { folder } = await createRunFolder(layout, id(number));
  const { store } = await openStore({ folder, name: 'run', migrations: loadMigrations('run') });
  store.transact([
    [
      'insert into runs (run_id, project_id, phase_id, created_at, state, origin, counters, metadata) values (?, ?, ?, ?, ?, ?, ?, ?)',
      id(number),
      'p',
      'ph',
      '2026-01-01T00:00:00.000Z',
      own,
      'cli',
      '{}',
      '{}',
    ],
    ['insert into definitions values (?, ?, ?, ?, ?, ?, ?, ?)', id(number), 'own', 'f', 't', 's', '{}', '{}', '{}'],
    ['insert into steps (step_id, position, state, attempts) values (?, ?, ?, ?)', 'a', 0, 'running', 1],
  ]);
  await store.close({ checkpoint: false });
  if (indexed !== null) await recordRun(layout, row(number, indexed));
}

describe('the layout', () => {
  test('is private, and ignored by git', async () => {
    await createLayout(layout);
    await createLayout(layout);
    expect(await readFile(join(layout.root, '.gitignore'), 'utf8')).toBe('*\n');
    const run = await createRunFolder(layout, id(1));
    for (const folder of [layout.root, layout.runs, run.folder, run.inbox]) expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(run.attempt('build', 2)).toBe(join(run.folder, 'attempts', 'build.2'));
    expect([run.database, layout.indexDatabase]).toEqual([join(run.folder, 'run.db'), join(layout.root, 'index.db')]);
    await mkdir(join(layout.runs, 'not-a-run'));
    expect(await listRunIds(layout)).toEqual([id(1)]);
    expect(await listRunIds(storeLayout(join(base, 'none')))).toEqual([]);
  });

  test('is refused where a file is in the way', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(createLayout(storeLayout(join(base, 'file')))).rejects.toThrow('ENOTDIR');
    await writeFile(join(base, 'runs'), '');
    await expect(listRunIds(storeLayout(base))).rejects.toThrow('ENOTDIR');
    await mkdir(join(base, 's', '.gitignore', 'x'), { recursive: true });
    await createLayout(storeLayout(join(base, 's')));
  });
});

describe('the runs that nobody owns', () => {
  test('are those that have not ended, oldest first, without the store of any run that the index knows', async () => {
    expect(await listUnowned(layout)).toEqual([]);
    await makeRun(1, 'running.active', { state: 'running.active' });
    await makeRun(2, 'succeeded');
    await makeRun(3, 'running.paused', { state: 'running.paused' });
    await makeRun(4, 'running.active', { state: 'running.active' });
    const owner = await acquireOwnerLock(layout.run(id(4)).folder);
    // Nothing could be read of it now.
    await rm(layout.run(id(3)).database, { force: true });
    await Promise.all(
      (await readdir(layout.run(id(3)).folder)).filter(isJournal).map((name) => rm(join(layout.run(id(3)).folder, name))),
    );
    expect(await listUnowned(layout)).toEqual([id(1), id(3)]);
    await owner?.release();
    expect(await listUnowned(layout)).toEqual([id(1), id(3), id(4)]);
  });

  test('are known from their own stores where the index does not know them', async () => {
    await makeRun(1, 'running.active', null);
    await makeRun(2, 'failed', null);
    await createRunFolder(layout, id(3));
    await makeRun(4, 'running.active', null);
    const journal = join(layout.run(id(4)).folder, 'journal-00000001.log');
    const bytes = await readFile(journal);
    await writeFile(journal, bytes.fill(1, 0, 60));
    expect(await listUnowned(layout)).toEqual([id(1)]);
  });
});

describe('the run index', () => {
  test('lists runs newest first, by state, workflow, project and number', async () => {
    expect(await listRuns(layout)).toEqual([]);
    await makeRun(1, 'failed', { state: 'failed' });
    await makeRun(2, 'succeeded', { workflow_name: 'ship' });
    await makeRun(3, 'succeeded', { project_id: 'q', counters: '{"a":1}' });
    const ids = async (filter: Parameters<typeof listRuns>[1]): Promise<string[]> =>
      (await listRuns(layout, filter)).map(({ run_id }) => run_id);
    expect(await ids({})).toEqual([id(3), id(2), id(1)]);
    expect(await ids({ limit: 2 })).toEqual([id(3), id(2)]);
    expect(await ids({ state: 'failed' })).toEqual([id(1)]);
    expect(await ids({ workflow: 'ship' })).toEqual([id(2)]);
    expect(await ids({ project: 'q' })).toEqual([id(3)]);
    expect((await listRuns(layout))[0]).toEqual(row(3, { project_id: 'q', counters: '{"a":1}' }));
  });

  test('keeps the last row of a run', async () => {
    await makeRun(1, 'succeeded', { state: 'running' });
    await recordRun(layout, row(1, { exit_code: 0 }), { checkpoint: true });
    expect(await listRuns(layout)).toEqual([row(1)]);
  });

  test('reads a run that it does not know, or knows as under way though nobody owns it, from the run itself', async () => {
    await makeRun(1, 'canceled', null);
    await makeRun(2, 'failed', { state: 'running' });
    await makeRun(3, 'running', { state: 'running' });
    await createRunFolder(layout, id(4));
    const lock = await acquireOwnerLock(layout.run(id(3)).folder);
    const rows = await listRuns(layout);
    expect(rows.map(({ run_id, state, workflow_name, steps_total }) => [run_id, state, workflow_name, steps_total])).toEqual([
      [id(3), 'running', 'build', 1],
      [id(2), 'failed', 'own', 1],
      [id(1), 'canceled', 'own', 1],
    ]);
    await lock?.release();
  });

  test('shows a run whose own store is damaged', async () => {
    await makeRun(1, 'succeeded', null);
    await makeRun(2, 'running', { state: 'running' });
    for (const number of [1, 2]) await writeFile(layout.run(id(number)).database, 'no database');
    const [second, first] = await listRuns(layout);
    expect(first).toMatchObject({ state: 'unreadable', state_reason: expect.stringContaining('cut short') as string });
    expect(second).toMatchObject({ state: 'running' });
  });

  test('can be read by the sqlite3 program after an ended run', async () => {
    await makeRun(1, 'succeeded', null);
    await recordRun(layout, row(1), { checkpoint: true });
    expect((await readdir(layout.root)).sort()).toEqual([
      '.gitignore',
      'index-journal-00000002.log',
      'index-rows.json',
      'index.db',
      'runs',
    ]);
    const said = execFileSync('sqlite3', [layout.indexDatabase, 'pragma integrity_check; select run_id, state from runs'], {
      encoding: 'utf8',
    });
    expect(said).toBe(`ok\n${id(1)}|succeeded\n`);
    expect((await stat(layout.indexDatabase)).mode & 0o777).toBe(0o600);
  });

  test('is compacted when asked, and when its journal has grown', async () => {
    await recordRun(layout, row(1));
    await compactIndex(layout);
    expect(await readdir(layout.root)).toContain('index.db');
    await recordRun(layout, row(1, { counters: 'x'.repeat(300_000) }));
    const files = (await readdir(layout.root)).filter((name) => name.startsWith('index-journal'));
    expect(files).toHaveLength(1);
    expect((await stat(join(layout.root, files[0] ?? ''))).size).toBeLessThan(1000);
  });

  test('takes rows from many at once', async () => {
    await createLayout(layout);
    for (let number = 1; number <= 8; number += 1) await createRunFolder(layout, id(number));
    await Promise.all(Array.from({ length: 8 }, (_, number) => recordRun(layout, row(number + 1))));
    expect(await listRuns(layout)).toHaveLength(8);
    expect((await verifyStore({ folder: layout.root, name: 'index' })).ok).toBe(true);
  });

  test('that is damaged says how it is repaired, and is built anew with the old files kept', async () => {
    await makeRun(1, 'succeeded');
    await makeRun(2, 'failed', null);
    await createRunFolder(layout, id(3));
    await makeRun(4, 'failed', null);
    await writeFile(layout.run(id(4)).database, 'no database');
    await writeFile(layout.indexDatabase, 'x'.repeat(200));
    const advice = expect.stringContaining('stateyard doctor --repair') as string;
    await expect(listRuns(layout)).rejects.toMatchObject({ kind: 'damaged', advice });
    await expect(recordRun(layout, row(1))).rejects.toMatchObject({ kind: 'damaged', advice });
    const { rows, keptAside } = await rebuildIndex(layout);
    expect(rows).toBe(2);
    expect(await readdir(keptAside ?? '')).toContain('index.db');
    expect((await listRuns(layout)).map(({ state }) => state)).toEqual(['unreadable', 'failed', 'succeeded']);
    await rm(layout.root, { recursive: true });
    expect(await rebuildIndex(layout)).toEqual({ rows: 0, keptAside: null });
  });

  test('passes on what is not damage', async () => {
    await mkdir(base, { recursive: true });
    await makeRun(1, 'succeeded');
    const wrong = await openStore({
      folder: layout.root,
      name: 'index',
      migrations: [...loadMigrations('index'), 'select 1'],
    });
    await wrong.store.close({ checkpoint: false });
    await expect(recordRun(layout, row(1))).rejects.toMatchObject({ kind: 'newer' });
  });
});

describe('a run is found', () => {
  const code = (error: unknown): unknown => (error as { code: string }).code;

  test('by its id, by the beginning of it, as the latest, as the latest failed one', async () => {
    await makeRun(1, 'failed', { state: 'failed' });
    await makeRun(12, 'succeeded');
    await makeRun(21, 'succeeded', null);
    await createRunFolder(layout, id(30));
    expect(await findRun(layout, id(12))).toBe(id(12));
    expect(await findRun(layout, id(21).slice(0, 25).toLowerCase())).toBe(id(21));
    expect(await findRun(layout, '@latest')).toBe(id(21));
    expect(await findRun(layout, '@failed')).toBe(id(1));
    await expect(findRun(layout, '01j')).rejects.toMatchObject({
      code: 'run_ambiguous',
      exitCode: 4,
      hint: expect.stringContaining(id(12)) as string,
    });
  });

  test('by its database file when the journal is gone', async () => {
    const { folder } = await createRunFolder(layout, id(5));
    await writeFile(join(folder, 'run.db'), '');
    expect(await findRun(layout, '@latest')).toBe(id(5));
  });

  test('or it is said why not', async () => {
    for (const ref of ['@latest', '@failed', '@first', '', '01', 'nonsense']) {
      expect(code(await findRun(layout, ref).catch((error: unknown) => error))).toBe('run_not_found');
    }
    for (let number = 1; number <= 12; number += 1) await createRunFolder(layout, id(number));
    await expect(findRun(layout, '0')).rejects.toMatchObject({ hint: expect.stringContaining('and 2 more') as string });
    expect(code(await findRun(layout, '@latest').catch((error: unknown) => error))).toBe('run_not_found');
  });
});

test('V8 is left alone when the environment asks for it', () => {
  expect(setTieringBudget({ STATEYARD_WASM_TIERING: 'off' })).toBe(false);
  expect(setTieringBudget({})).toBe(true);
});
