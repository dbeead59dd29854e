import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireOwnerLock, isOwned, waitForOwnerLock } from '../../../src/store/owner-lock.ts';
import { bootId, processStart } from '../../../src/store/process-identity.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stateyard-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ways = process.platform === 'linux' ? (['socket', 'file'] as const) : (['file'] as const);

describe.each(ways)('the owner lock by %s', (way) => {
  test('is held by one, and free again when it is released', async () => {
    expect(await isOwned(folder, { way })).toBe(false);
    const first = await acquireOwnerLock(folder, { way });
    expect(first).not.toBeNull();
    expect(await isOwned(folder, { way })).toBe(true);
    expect(await acquireOwnerLock(folder, { way })).toBeNull();
    await first?.release();
    expect(await isOwned(folder, { way })).toBe(false);
    for (let turn = 0; turn < 12; turn += 1) await (await acquireOwnerLock(folder, { way }))?.release();
    expect((await readdir(folder)).length).toBeLessThanOrEqual(8);
  });

  test('is the same lock by every name of the folder', async () => {
    const other = `${folder}-link`;
    await symlink(folder, other);
    const lock = await acquireOwnerLock(folder, { way });
    expect(await acquireOwnerLock(other, { way })).toBeNull();
    await lock?.release();
    await rm(other);
  });

  test('is waited for, but not for ever', async () => {
    const lock = await acquireOwnerLock(folder, { way });
    await expect(waitForOwnerLock(folder, 20, { way })).rejects.toMatchObject({ kind: 'busy', file: folder });
    const waiting = waitForOwnerLock(folder, 10_000, { way });
    await lock?.release();
    await (await waiting).release();
  });

  test('of many that ask at once, one gets it', async () => {
    const locks = await Promise.all(Array.from({ length: 10 }, () => acquireOwnerLock(folder, { way })));
    const got = locks.filter((lock) => lock !== null);
    expect(got).toHaveLength(1);
    await got[0]?.release();
  });

  test('of a folder that is not there cannot be had', async () => {
    const gone = join(folder, 'gone');
    expect(await isOwned(gone, { way })).toBe(false);
    await expect(acquireOwnerLock(gone, { way })).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(join(folder, 'file'), '');
    await expect(isOwned(join(folder, 'file', 'below'), { way })).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('a lock file', () => {
  const lockText = async (change: object): Promise<string> =>
    JSON.stringify({
      pid: process.pid,
      start: await processStart(process.pid),
      boot: await bootId(),
      released: false,
      ...change,
    });

  test.each([
    ['of a process that is gone', { pid: 2 ** 22 + 1 }],
    ['of a process whose pid was used again', { start: '1' }],
    ['of an earlier boot', { boot: 'before' }],
    ['that was released', { released: true }],
  ])('%s is taken over', async (_name, change) => {
    await writeFile(join(folder, 'owner-3.lock'), await lockText(change));
    expect(await isOwned(folder, { way: 'file' })).toBe(false);
    const lock = await acquireOwnerLock(folder, { way: 'file' });
    expect(lock).not.toBeNull();
    expect(await readdir(folder)).toContain('owner-4.lock');
    await lock?.release();
  });

  test('of a live process is respected, even of another user', async () => {
    await writeFile(join(folder, 'owner-3.lock'), await lockText({ pid: 1, start: await processStart(1) }));
    expect(await acquireOwnerLock(folder, { way: 'file' })).toBeNull();
  });

  test('that is not one of ours counts for nothing', async () => {
    await writeFile(join(folder, 'owner-1.lock'), 'hello');
    const lock = await acquireOwnerLock(folder, { way: 'file' });
    expect(lock).not.toBeNull();
    await lock?.release();
  });
});

describe('a process', () => {
  test('is known by its start, which stays', async () => {
    expect(await processStart(process.pid)).toBe(await processStart(process.pid));
    expect(await processStart(2 ** 22 + 1)).toBeNull();
    expect(await bootId()).not.toBe('');
  });

  test('is asked of `ps` and `sysctl` where there is no /proc', async () => {
    const start = await processStart(process.pid, '/nowhere');
    expect(start === null || start.length > 8).toBe(true);
    expect([null, 'string']).toContain((await bootId('/nowhere')) === null ? null : 'string');
  });
});

test.runIf(process.platform === 'linux')('whoever connects to a lock is sent away, and the lock stays', async () => {
  const lock = await acquireOwnerLock(folder);
  const name = `\0stateyard-${createHash('sha256').update(folder).digest('hex')}`;
  await new Promise((resolve) => connect({ path: name }).once('close', resolve).resume());
  expect(await isOwned(folder)).toBe(true);
  await lock?.release();
});
