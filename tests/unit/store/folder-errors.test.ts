import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { measureDamage } from '../../../src/store/damage-extent.ts';
import { nodeDisk, type Disk } from '../../../src/store/disk.ts';
import { asOwner, releaseLock } from '../../../src/store/folder-lock.ts';
import { removeTree, treeBytes } from '../../../src/store/folder-tree.ts';
import { isOwned } from '../../../src/store/owner-lock.ts';
import { verifyStore } from '../../../src/store/verify.ts';
import { openStore } from '../../../src/store/store.ts';
import { addNotes, notesMigrations } from './notes-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stateyard-folders-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** No system takes a name of this length. */
const impossible = 'x'.repeat(5000);
const failed = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

describe('what is not there', () => {
  test('has no bytes, whether its name is missing or leads through a file', async () => {
    await writeFile(join(folder, 'file'), 'four');
    expect(await treeBytes(join(folder, 'nothing'))).toBe(0);
    expect(await treeBytes(join(folder, 'file', 'below'))).toBe(0);
    expect(await treeBytes(folder)).toBe(4);
  });

  test('is removed already', async () => {
    await expect(removeTree(join(folder, 'nothing'))).resolves.toBeUndefined();
  });

  test('has no owner, and work as its owner is not done', async () => {
    const gone = join(folder, 'nothing');
    expect(await isOwned(gone)).toBe(false);
    expect(await asOwner(gone, () => Promise.resolve('done'))).toBe('gone');
  });

  test('needs no lock to be released', async () => {
    await expect(releaseLock({ release: () => Promise.reject(failed('ENOENT')) })).resolves.toBeUndefined();
  });
});

describe('an error of the disk', () => {
  test('is not taken for a missing file', async () => {
    await expect(treeBytes(join(folder, impossible))).rejects.toThrow('ENAMETOOLONG');
    await expect(removeTree(join(folder, impossible))).rejects.toThrow('ENAMETOOLONG');
    await expect(isOwned(join(folder, impossible))).rejects.toThrow('ENAMETOOLONG');
    await expect(asOwner(join(folder, impossible), () => Promise.resolve('done'))).rejects.toThrow('ENAMETOOLONG');
    await expect(releaseLock({ release: () => Promise.reject(failed('EIO')) })).rejects.toThrow('EIO');
  });

  test('while damage is measured is told as it is, and not as damage', async () => {
    const { store } = await openStore({ folder, name: 'run', migrations: notesMigrations });
    await addNotes(store, 1, 3);
    await store.close();
    const unreadable: Disk = { ...nodeDisk, readFile: () => Promise.reject(failed('EIO')) };
    await expect(measureDamage({ folder, name: 'run', disk: unreadable })).rejects.toMatchObject({ code: 'EIO' });
    const { ok, problems } = await verifyStore({ folder, name: 'run', disk: unreadable });
    expect(ok).toBe(false);
    expect(problems.map((problem) => problem.kind)).toContain('unreadable');
  });
});
