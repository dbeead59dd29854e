import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openReader } from '../../src/store/reader.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { bundleWorker, type Bundle } from './store-bundle.ts';

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleWorker('store-writer');
});
afterAll(() => bundle.remove());

/** Runs a writer until it has called `lines` notes safe and a little longer, kills it, and gives the last note it called safe. */
async function liveAndDie(folder: string, lines: number, more: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [bundle.program, folder, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let acknowledged = 0;
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('open ')) acknowledged = Math.max(acknowledged, Number(line));
    seen += 1;
    if (seen === lines) setTimeout(() => child.kill('SIGKILL'), Math.random() * 10);
  }
  const [, signal] = (await closed) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

async function contents(folder: string): Promise<{ count: number; last: number; total: number }> {
  const reader = await openReader({ folder, name: 'run' });
  const [row] = reader.query(
    "select count(*) as count, coalesce(max(id), 0) as last, coalesce((select count from totals where name = 'notes'), 0) as total from notes",
  );
  reader.close();
  return { count: Number(row?.count), last: Number(row?.last), total: Number(row?.total) };
}

describe('kill -9', () => {
  test('of a writer, twenty times, loses nothing that it called safe', { timeout: 60_000 }, async () => {
    const folder = join(bundle.folder, 'killed');
    let found = 0;
    for (let life = 0; life < 20; life += 1) {
      const lines = 2 + Math.floor(Math.random() * 30);
      const waiters = ['1', '4', '16'][life % 3] ?? '1';
      const acknowledged = await liveAndDie(folder, lines, [String(found), waiters, life % 4 === 0 ? '9' : '0']);
      const { count, last, total } = await contents(folder);
      expect(last).toBeGreaterThanOrEqual(Math.max(acknowledged, found));
      expect([count, total]).toEqual([last, last]);
      found = last;
    }
    expect(found).toBeGreaterThan(40);
    expect((await verifyStore({ folder, name: 'run' })).problems).toEqual([]);
  });

  test(
    'a reader beside a writer that checkpoints sees whole units and all that was safe before it looked',
    { timeout: 60_000 },
    async () => {
      const folder = join(bundle.folder, 'live');
      const child = spawn(process.execPath, [bundle.program, folder, '0', '4', '7'], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        let safe = 0;
        const lines = createInterface({ input: child.stdout });
        await once(lines, 'line');
        lines.on('line', (line) => {
          safe = Math.max(safe, Number(line));
        });
        // The first record may not be there yet when the worker says that it is up.
        await vi.waitFor(() => expect(safe).toBeGreaterThan(0), { timeout: 20_000, interval: 5 });
        const follower = await openReader({ folder, name: 'run' });
        let changes = 0;
        for (const end = performance.now() + 20_000; changes < 20 && performance.now() < end;) {
          const before = safe;
          const fresh = await contents(folder);
          expect([fresh.count, fresh.total]).toEqual([fresh.last, fresh.last]);
          // Four notes are under way at a time, and are told in any order.
          expect(fresh.last).toBeGreaterThanOrEqual(before);
          if (await follower.refresh()) changes += 1;
          const [row] = follower.query('select count(*) as count, max(id) as last from notes');
          expect(row?.count).toBe(row?.last);
          expect(Number(row?.last)).toBeGreaterThanOrEqual(fresh.last);
        }
        expect(changes).toBe(20);
        follower.close();
        lines.close();
      } finally {
        child.kill('SIGKILL');
      }
    },
  );
});
