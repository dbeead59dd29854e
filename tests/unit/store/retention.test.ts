import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { listAsides } from '../../../src/store/aside.ts';
import { measureDamage } from '../../../src/store/damage-extent.ts';
import { nodeDisk, type Disk } from '../../../src/store/disk.ts';
import { asOwner } from '../../../src/store/folder-lock.ts';
import { removeTree, treeBytes } from '../../../src/store/folder-tree.ts';
import {
  createLayout,
  createRunFolder,
  listRemovedIds,
  listRunIds,
  listStrangers,
  storeLayout,
  type StoreLayout,
} from '../../../src/store/layout.ts';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { acquireOwnerLock } from '../../../src/store/owner-lock.ts';
import { openReader } from '../../../src/store/reader.ts';
import { finishRemovals, removeRuns, selectExpired, withRemovalLock, type RemovalOptions } from '../../../src/store/retention.ts';
import { listRuns, recordRun, type IndexRow } from '../../../src/store/run-index.ts';
import { openStore } from '../../../src/store/store.ts';
import { verifyStore } from '../../../src/store/verify.ts';

let base: string;
let layout: StoreLayout;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'stateyard-retention-'));
  layout = storeLayout(join(base, '.stateyard'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const id = (number: number): RunId => `01J000000000000000000000${String(number).padStart(2, '0')}` as RunId;
const endMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
const nobodyLives: RemovalOptions = { isAlive: () => false };

/** An ended run that ended `number` days after the first of January, unless `more` says otherwise. */
function row(number: number, more: Partial<IndexRow> = {}): IndexRow {
  return {
    run_id: id(number),
    workflow_name: 'build',
    project_id: 'p',
    state: 'succeeded',
    state_reason: null,
    created_at: '2026-01-01T00:00:00.000Z',
    started_at: '2026-01-01T00:00:01.000Z',
    ended_at: new Date(endMs + number * dayMs).toISOString(),
    exit_code: 0,
    steps_total: 1,
    counters: '{}',
    ...more,
  };
}

/** A run with a store of its own that says `own`, and a row in the index that says `indexed`. */
async function makeRun(number: number, own = 'succeeded', indexed = own): Promise<void> {
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
  ]);
  await store.close({ checkpoint: false });
  await writeFile(join(folder, 'attempts', 'log'), 'x'.repeat(1000));
  await recordRun(layout, row(number, { state: indexed }));
}

/** Does `work` as a user to whom permissions mean something: root is stopped by none. */
async function asPlainUser(work: () => Promise<void>): Promise<void> {
  const nobody = 65_534;
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    await chown(base, nobody, nobody);
    process.seteuid?.(nobody);
  }
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

const indexedIds = async (): Promise<string[]> => {
  const reader = await openReader({ folder: layout.root, name: 'index' });
  try {
    return reader.query('select run_id from runs order by run_id').map(({ run_id }) => String(run_id));
  } finally {
    reader.close();
  }
};

describe('what may go', () => {
  const rows = [1, 2, 3, 4].map((number) => row(number));
  const ids = (olderThanMs: number | null, keep: number | null, nowMs = endMs + 10 * dayMs): string[] =>
    selectExpired(rows, { olderThanMs, keep }, nowMs).map(({ run_id }) => run_id);

  test('is what ended longer ago, what is not among the newest, or with both rules what both let go', () => {
    expect(ids(7.5 * dayMs, null)).toEqual([id(2), id(1)]);
    expect(ids(8 * dayMs, null)).toEqual([id(1)]);
    expect(ids(null, 3)).toEqual([id(1)]);
    expect(ids(null, 0)).toEqual([id(4), id(3), id(2), id(1)]);
    expect(ids(7.5 * dayMs, 3)).toEqual([id(1)]);
    expect(ids(8 * dayMs, 1)).toEqual([id(1)]);
    expect(ids(0, 9)).toEqual([]);
  });

  test('is nothing when the clock has gone back before the ends', () => {
    expect(ids(0, null, endMs)).toEqual([]);
  });

  test('is never a run that has not ended, which does not count among the newest either', () => {
    const mixed = [
      row(1),
      row(2, { state: 'running', ended_at: null }),
      row(3, { state: 'unreadable' }),
      row(4, { state: 'failed', ended_at: null }),
    ];
    expect(selectExpired(mixed, { olderThanMs: null, keep: 0 }, endMs).map(({ run_id }) => run_id)).toEqual([id(1), id(4)]);
    expect(selectExpired(mixed, { olderThanMs: null, keep: 1 }, endMs).map(({ run_id }) => run_id)).toEqual([id(4)]);
  });

  test('is told apart by the id where two ended at the same moment', () => {
    const same = [5, 7, 6].map((number) => row(number, { ended_at: '2026-01-01T00:00:00.000Z' }));
    expect(selectExpired(same, { olderThanMs: null, keep: 1 }, endMs).map(({ run_id }) => run_id)).toEqual([id(6), id(5)]);
  });
});

describe('removing runs', () => {
  test('takes the folder and the row, and leaves every other run whole', async () => {
    for (const number of [1, 2, 3]) await makeRun(number);
    const bytes = await treeBytes(layout.run(id(1)).folder);
    expect(bytes).toBeGreaterThan(1000);
    const done = await removeRuns(layout, [row(1), row(2)], nobodyLives);
    expect(done).toMatchObject({
      removed: [{ row: { run_id: id(1) }, bytes }, { row: { run_id: id(2) } }],
      spared: [],
      unfinished: [],
    });
    expect(await readdir(layout.runs)).toEqual([id(3)]);
    expect(await indexedIds()).toEqual([id(3)]);
    expect((await verifyStore({ folder: layout.root, name: 'index' })).ok).toBe(true);
    expect((await verifyStore({ folder: layout.run(id(3)).folder, name: 'run' })).ok).toBe(true);
    expect(await finishRemovals(layout)).toEqual({ finished: [], unfinished: [] });
  });

  test('changes nothing in a dry run, and tells the same figures', async () => {
    await makeRun(1);
    const dry = await removeRuns(layout, [row(1)], { ...nobodyLives, dryRun: true });
    expect(await readdir(layout.runs)).toEqual([id(1)]);
    expect(await removeRuns(layout, [row(1)], nobodyLives)).toEqual(dry);
    expect(await readdir(layout.runs)).toEqual([]);
  });

  test('spares what is owned, what has not ended by its own store, what cannot be read and what still has processes', async () => {
    await makeRun(1);
    await makeRun(2, 'running', 'succeeded');
    await makeRun(3);
    await makeRun(4);
    await createRunFolder(layout, id(5));
    const lock = await acquireOwnerLock(layout.run(id(1)).folder);
    await writeFile(layout.run(id(3)).database, 'no database');
    const done = await removeRuns(
      layout,
      [1, 2, 3, 4, 5, 6].map((number) => row(number)),
      { isAlive: (runId) => runId === id(4) },
    );
    await lock?.release();
    expect(done).toEqual({
      removed: [],
      unfinished: [],
      spared: [
        { runId: id(1), reason: 'owned' },
        { runId: id(2), reason: 'unfinished' },
        { runId: id(3), reason: 'unreadable' },
        { runId: id(4), reason: 'alive' },
        { runId: id(5), reason: 'unreadable' },
      ],
    });
    expect(await listRunIds(layout)).toHaveLength(5);
    expect(await indexedIds()).toHaveLength(4);
  });

  test('removes more than one batch', async () => {
    await makeRun(1);
    const many = Array.from({ length: 40 }, (_, number) => number + 10);
    for (const number of many) await createRunFolder(layout, id(number));
    await makeRun(60);
    const done = await removeRuns(layout, [row(1), ...many.map((number) => row(number)), row(60)], nobodyLives);
    expect(done.removed.map((each) => each.row.run_id)).toEqual([id(1), id(60)]);
    expect(await listRunIds(layout)).toHaveLength(40);
  });

  test('never follows a link out of the folder', async () => {
    await makeRun(1);
    await writeFile(join(base, 'outside'), 'precious');
    await symlink(base, join(layout.run(id(1)).artifacts, 'link'));
    const { removed } = await removeRuns(layout, [row(1)], nobodyLives);
    expect(removed[0]?.bytes).toBeLessThan(100_000);
    expect(await readdir(layout.runs)).toEqual([]);
    expect((await stat(join(base, 'outside'))).size).toBe(8);
  });
});

describe('a removal that is cut short', () => {
  /** A disk that fails at its n-th call of those that a removal makes. */
  function failingAt(call: number): Disk {
    let calls = 0;
    const counted =
      <Rest extends unknown[]>(work: (...rest: Rest) => Promise<void>) =>
      async (...rest: Rest): Promise<void> => {
        calls += 1;
        if (calls === call) throw Object.assign(new Error('EIO: the disk is gone'), { code: 'EIO' });
        await work(...rest);
      };
    return { ...nodeDisk, rename: counted(nodeDisk.rename), syncFolder: counted(nodeDisk.syncFolder) };
  }

  test('at any call leaves each run whole or gone, and the next removal tidies up', async () => {
    for (const call of [1, 2, 3]) {
      for (const number of [1, 2]) await makeRun(number);
      await expect(removeRuns(layout, [row(1), row(2)], { ...nobodyLives, disk: failingAt(call) })).rejects.toThrow('EIO');
      for (const runId of await listRunIds(layout))
        expect((await verifyStore({ folder: layout.run(runId).folder, name: 'run' })).ok).toBe(true);
      const gone = await listRemovedIds(layout);
      expect([...(await listRunIds(layout)), ...gone].sort()).toEqual([id(1), id(2)]);
      expect((await listRuns(layout)).map(({ run_id }) => run_id).some((runId) => gone.includes(runId))).toBe(false);
      const dry = await finishRemovals(layout, { dryRun: true });
      expect(await listRemovedIds(layout)).toEqual(gone);
      const { finished, unfinished } = await finishRemovals(layout);
      expect({ finished, unfinished }).toEqual(dry);
      expect(finished.map(({ runId }) => runId)).toEqual(gone);
      const left = await listRunIds(layout);
      expect(await indexedIds()).toEqual([...left].sort());
      await removeRuns(
        layout,
        left.map((runId) => row(Number(runId.slice(-2)))),
        nobodyLives,
      );
      expect(await readdir(layout.runs)).toEqual([]);
    }
  });

  test('does not take the row of a new run that was given the same id', async () => {
    await makeRun(1);
    await mkdir(layout.removed(id(1)));
    await finishRemovals(layout);
    expect(await readdir(layout.runs)).toEqual([id(1)]);
    expect(await indexedIds()).toEqual([id(1)]);
  });

  test('by a folder that cannot be written is told, and tried again', async () => {
    await asPlainUser(async () => {
      await makeRun(1);
      await rename(layout.run(id(1)).folder, layout.removed(id(1)));
      await chmod(layout.runs, 0o500);
      const { unfinished } = await finishRemovals(layout);
      expect(unfinished).toEqual([{ runId: id(1), message: expect.stringContaining('EACCES') as string }]);
      expect(await indexedIds()).toEqual([]);
      await chmod(layout.runs, 0o700);
      expect((await finishRemovals(layout)).unfinished).toEqual([]);
      expect(await readdir(layout.runs)).toEqual([]);
    });
  });
});

test('one process removes at a time, and where there is no store nothing is done', async () => {
  expect(await withRemovalLock(layout, async () => 'work')).toBeNull();
  await createLayout(layout);
  const inner = withRemovalLock(layout, () => withRemovalLock(layout, async () => 'work'));
  await expect(inner).rejects.toMatchObject({ code: 'gc_running', exitCode: 7 });
  expect(await withRemovalLock(layout, async () => 'work')).toBe('work');
});

test('what was left write-protected is deleted', async () => {
  await asPlainUser(async () => {
    const top = join(base, 'top');
    await mkdir(join(top, 'a', 'b'), { recursive: true });
    await writeFile(join(top, 'a', 'b', 'file'), '');
    for (const folder of [join(top, 'a', 'b'), join(top, 'a'), top]) await chmod(folder, 0o500);
    await removeTree(top);
    expect(await readdir(base)).toEqual([]);
  });
});

test('names that are not of stateyard are found', async () => {
  await createLayout(layout);
  await createRunFolder(layout, id(1));
  for (const name of ['.hidden', 'owner-3.lock', 'notes', `${id(2)}.removed`, 'x.removed']) await mkdir(join(layout.runs, name));
  expect(await listStrangers(layout)).toEqual(['notes', 'x.removed']);
  expect(await listRemovedIds(layout)).toEqual([id(2)]);
});

test('a folder that is moved away under its lock is still let go', async () => {
  const folder = join(base, 'folder');
  await mkdir(folder);
  expect(await asOwner(folder, async () => asOwner(folder, async () => 'twice'))).toBe('owned');
  expect(await asOwner(folder, async () => rm(folder, { recursive: true }))).toBeUndefined();
  expect(await asOwner(folder, async () => 'work')).toBe('gone');
});

test('what is not there, or is in the way, is told apart', async () => {
  expect(await treeBytes(join(base, 'none'))).toBe(0);
  await removeTree(join(base, 'none'));
  await writeFile(join(base, 'file'), 'bytes');
  expect(await treeBytes(join(base, 'file'))).toBe(5);
  expect(await treeBytes(join(base, 'file', 'below'))).toBe(0);
  await expect(treeBytes('\0')).rejects.toThrow('null bytes');
  await expect(asOwner(join(base, 'file', 'below'), async () => 'work')).rejects.toThrow('ENOTDIR');
  const inTheWay = storeLayout(join(base, 'file'));
  await expect(listAsides(inTheWay)).rejects.toThrow('ENOTDIR');
  await expect(listRemovedIds(inTheWay)).rejects.toThrow('ENOTDIR');
  expect(await listAsides(layout)).toEqual([]);
});

test('how far damage goes is not guessed when the disk cannot be read', async () => {
  await makeRun(1);
  const { folder } = layout.run(id(1));
  const failing: Disk = { ...nodeDisk, readFile: () => Promise.reject(Object.assign(new Error('EIO: no'), { code: 'EIO' })) };
  await expect(measureDamage({ disk: failing, folder, name: 'run' })).rejects.toThrow('EIO');
  expect(await measureDamage({ disk: nodeDisk, folder, name: 'run' })).toEqual({ lastGood: 1, lastTrace: null });
});
