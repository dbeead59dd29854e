import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeDisk } from '../../../src/store/disk.ts';
import { asReadFailure, asWriteFailure, damaged, StoreError, systemCode } from '../../../src/store/store-error.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'stateyard-disk-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe('the real disk', () => {
  test('makes files that only their owner can read, and appends', async () => {
    const folder = join(base, 'a', 'b');
    await nodeDisk.makeFolder(folder);
    await nodeDisk.makeFolder(folder);
    const path = join(folder, 'file');
    const handle = await nodeDisk.create(path);
    nodeDisk.write(handle, Buffer.from('one two'));
    nodeDisk.truncate(handle, 4);
    nodeDisk.write(handle, Buffer.from('three'));
    await nodeDisk.sync(handle);
    nodeDisk.close(handle);
    await nodeDisk.syncFolder(folder);
    expect(await readFile(path, 'utf8')).toBe('one three');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await nodeDisk.readFile(path, 4)).toString()).toBe('three');
    expect((await nodeDisk.readFile(path, 99)).toString()).toBe('');
    expect((await nodeDisk.readFile(path)).toString()).toBe('one three');
    expect(await nodeDisk.list(folder)).toEqual(['file']);
    expect(nodeDisk.exists(path)).toBe(true);
    expect((await nodeDisk.stat(path))?.size).toBe(9);
    await nodeDisk.rename(path, `${path}2`);
    await nodeDisk.remove(`${path}2`);
    expect(await nodeDisk.stat(path)).toBeNull();
  });

  test('refuses to make a file that is there, and to open one that is not', async () => {
    const path = join(base, 'twice');
    nodeDisk.close(await nodeDisk.create(path));
    await expect(nodeDisk.create(path)).rejects.toMatchObject({ code: 'EEXIST' });
    nodeDisk.close(await nodeDisk.openExisting(path));
    await expect(nodeDisk.openExisting(join(base, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(nodeDisk.stat(join(path, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('a store error', () => {
  test('keeps what the system said, once', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const failure = asWriteFailure(full, '/f');
    expect(failure).toMatchObject({ kind: 'writeFailed', code: 'ENOSPC', file: '/f', offset: null });
    expect(failure.advice).toContain('free some space');
    expect(asWriteFailure(failure, '/g')).toBe(failure);
    expect(asWriteFailure(Object.assign(new Error('x'), { code: 'EIO' }), '/f').advice).toContain('check the disk');
    expect(asWriteFailure('odd', '/f')).toMatchObject({ code: 'unknown' });
    expect(asReadFailure(full, '/f')).toMatchObject({ kind: 'unreadable', code: 'ENOSPC' });
    const bug = new TypeError('bug');
    expect(asReadFailure(bug, '/f')).toBe(bug);
    expect(systemCode({ code: 'EIO' })).toBeNull();
    expect(systemCode(Object.assign(new Error(''), { code: 5 }))).toBeNull();
  });

  test('names the place of damage', () => {
    const error = damaged('a record is damaged', '/f', 12);
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toContain('/f, byte 12');
    expect(error).toMatchObject({ file: '/f', offset: 12, code: null });
  });
});
