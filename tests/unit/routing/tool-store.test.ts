import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTools } from '../../../src/routing/read-tools.ts';
import { ToolStore } from '../../../src/routing/tool-store.ts';
import { readTurn, writeCall, writeTurn } from '../../../src/routing/tool-rows.ts';
import { toolsFolder } from '../../../src/routing/tools-folder.ts';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { acquireOwnerLock, isOwned } from '../../../src/store/owner-lock.ts';
import { openReader } from '../../../src/store/reader.ts';
import { openStore } from '../../../src/store/store.ts';
import { verifyStore } from '../../../src/store/verify.ts';
import { endOf, Shop } from './route-fixture.ts';

let shop: Shop;
let folder: string;
const stores: ToolStore[] = [];
beforeEach(async () => {
  shop = await Shop.open();
  folder = toolsFolder(shop.layout);
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await shop.close();
});

function open(): ToolStore {
  const store = new ToolStore(shop.layout);
  stores.push(store);
  return store;
}

/** Takes the next turn of a key, as a change does: from what is stored to what is stored then. */
const next = (store: ToolStore, key = 'k'): Promise<number> =>
  store.change(async (query) => {
    const turn = await readTurn(query, key);
    return { statements: [writeTurn(key, turn + 1)], answer: turn };
  });

describe('a change of the tool store', () => {
  test('is made from what is on disk, whoever made the changes before', async () => {
    const [one, two] = [open(), open()];
    const turns: number[] = [];
    for (const store of [one, one, two, one, two, two]) turns.push(await next(store));
    expect(turns).toEqual([0, 1, 2, 3, 4, 5]);
    const all = await Promise.all([one, two, one, one, two, one].map((store) => next(store)));
    expect(all.toSorted((a, b) => a - b)).toEqual([6, 7, 8, 9, 10, 11]);
    expect((await verifyStore({ folder, name: 'tools' })).problems).toEqual([]);
  });

  test('shares the lock and the syncs with those that come with it', async () => {
    const store = open();
    await next(store);
    await Promise.all(Array.from({ length: 40 }, () => next(store)));
    const reader = await openReader({ folder, name: 'tools' });
    expect(reader.query('select turn from turns')).toEqual([{ turn: 41 }]);
    // The first of them is written at once, and the others while that is synced.
    expect(reader.sequence).toBeLessThanOrEqual(3);
    reader.close();
  });

  test('that fails is none, and the others are made', async () => {
    const store = open();
    const bad = store.change(() => Promise.reject(new Error('no')));
    const wrong = store.change(() => Promise.resolve({ statements: [['insert into nothing values (1)']], answer: null }));
    const good = next(store);
    await expect(bad).rejects.toThrow('no');
    await expect(wrong).rejects.toThrow('SQLite refuses');
    expect([await good, await next(store)]).toEqual([0, 1]);
  });

  test('goes on in a new store when the old one was set aside meanwhile', async () => {
    const store = open();
    await next(store);
    await next(store);
    await rename(folder, `${folder}-aside`);
    expect([await next(store), await next(store)]).toEqual([0, 1]);
    expect((await verifyStore({ folder, name: 'tools' })).ok).toBe(true);
  });

  test('leaves neither a lock nor a long journal', async () => {
    const store = open();
    await store.change(() => Promise.resolve({ statements: [writeTurn('x'.repeat(300_000), 1)], answer: null }));
    const [journal = '', ...more] = (await readdir(folder)).filter((name) => name.startsWith('tools-journal'));
    expect([more, (await stat(join(folder, journal))).size < 1_000]).toEqual([[], true]);
    expect(await isOwned(folder)).toBe(false);
    expect([await next(store), await next(store)]).toEqual([0, 1]);
  });

  test('of a newer store is refused', async () => {
    const migrations = [...loadMigrations('tools'), 'create table later (a)'];
    await next(open());
    const newer = await openStore({ folder, name: 'tools', migrations });
    newer.store.transact([writeTurn('k', 9)]);
    await newer.store.close();
    await expect(next(open())).rejects.toMatchObject({ kind: 'newer' });
  });
});

describe('closing', () => {
  test('puts all into the database file, and there is nothing to do again', async () => {
    const store = open();
    await next(store);
    await store.close();
    await store.close();
    expect(await readdir(folder)).toEqual(['tools-journal-00000002.log', 'tools.db']);
    expect(() => store.change(() => Promise.reject(new Error('no')))).toThrow('closed');
  });

  test('leaves it to others where another is at it, has been at it, or has set it aside', async () => {
    const [one, two, three] = [open(), open(), open()];
    await next(one);
    await next(two);
    await one.close();
    expect(await readdir(folder)).not.toContain('tools.db');
    const lock = await acquireOwnerLock(folder);
    await two.close();
    expect(await readdir(folder)).not.toContain('tools.db');
    await lock?.release();
    expect(await next(three)).toBe(2);
    await rename(folder, `${folder}-aside`);
    await three.close();
  });

  test('waits for the changes that were begun', async () => {
    const store = open();
    const turns = [next(store), next(store)];
    await store.close();
    expect(await Promise.all(turns)).toEqual([0, 1]);
  });
});

describe('what is known of a tool', () => {
  test('is all of its calls added up, and the newest hundred in detail; five hundred are kept', async () => {
    const ends = Array.from({ length: 510 }, (_, index) =>
      endOf('s', 'a', {
        attemptId: String(index),
        durationMs: index + 1,
        costUsd: index % 2 === 0 ? 0.25 : null,
        verdict: index >= 505 ? 'failed' : index < 3 ? 'none' : 'succeeded',
      }),
    );
    const ofB = (attemptId: string, more: Parameters<typeof endOf>[2] = {}) => endOf('s', 'b', { attemptId, ...more });
    const statements = [...ends, ofB('good'), ofB('stopped', { verdict: 'none', durationMs: 9_000 })].flatMap((end) =>
      writeCall(end, '2026-05-01T12:00:00.000Z'),
    );
    await open().change(() => Promise.resolve({ statements, answer: null }));
    const [a, b] = await readTools(shop.layout);
    expect(a).toMatchObject({ toolId: 'a', calls: 510, succeeded: 502, failed: 5, totalMs: (510 * 511) / 2, costUsd: 255 / 4 });
    expect(a?.recent).toEqual({ calls: 100, succeeded: 95, successRate: 0.95, meanMs: 460.5, p95Ms: 505, costUsd: 12.5 });
    expect(b).toMatchObject({ calls: 2, recent: { calls: 1, meanMs: 10 }, updatedAt: '2026-05-01T12:00:00.000Z' });
    const reader = await openReader({ folder, name: 'tools' });
    expect(reader.query('select tool_id, count(*) as n, min(sequence) as first from tool_calls group by tool_id')).toEqual([
      { tool_id: 'a', n: 500, first: 11 },
      { tool_id: 'b', n: 2, first: 511 },
    ]);
    reader.close();
  });
});
