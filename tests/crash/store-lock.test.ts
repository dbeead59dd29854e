import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acquireOwnerLock, isOwned } from '../../src/store/owner-lock.ts';
import { bundleWorker, type Bundle } from './store-bundle.ts';

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleWorker('store-lock-contender');
});
afterAll(() => bundle.remove());

/** Runs one contender to its end; how often it released the lock, and whether it died holding it. */
async function contend(folder: string, way: string, id: number): Promise<{ readonly taken: number; readonly died: boolean }> {
  const child = spawn(process.execPath, [bundle.program, folder, way, String(id)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let taken = 0;
  child.stdout.on('data', (data: Buffer) => {
    taken += data.length;
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { taken, died: signal === 'SIGKILL' };
}

const ways = process.platform === 'linux' ? (['socket', 'file'] as const) : (['file'] as const);

describe.each(ways)('the owner lock by %s', (way) => {
  test('has one holder at a time among processes that race and die', { timeout: 60_000 }, async () => {
    const folder = join(bundle.folder, way);
    await mkdir(folder);
    const results = await Promise.all(Array.from({ length: 6 }, (_, id) => contend(folder, way, id)));
    expect((await readdir(folder)).filter((name) => name.startsWith('violation'))).toEqual([]);
    expect(results.reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThan(10);
    expect(results.some(({ died }) => died)).toBe(true);
    expect(await isOwned(folder, { way })).toBe(false);
    const lock = await acquireOwnerLock(folder, { way });
    expect(lock).not.toBeNull();
    await lock?.release();
  });
});
