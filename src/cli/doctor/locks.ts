import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLockFileHeld } from '../../store/lock-file.ts';
import type { Finding } from './finding.ts';
import { someOf } from './finding.ts';

/**
 * Looks for lock files whose process went without releasing them. Only systems without abstract sockets have lock files, or stores that
 * came from one. They hold nobody up: the next owner takes the lock over.
 */
export async function checkLocks(folders: readonly string[]): Promise<Finding[]> {
  const stale: { folder: string; file: string }[] = [];
  for (const folder of folders) {
    const file = await newestLock(folder);
    if (file !== null && !(await isReleased(file)) && !(await isLockFileHeld(folder))) stale.push({ folder, file });
  }
  return stale.map(({ folder, file }) => ({
    subject: 'locks',
    ok: false,
    message: `the process of the lock file ${someOf([file])} has gone without releasing it`,
    advice: 'it holds nobody up; stateyard doctor --repair releases it, as the next owner does',
    repair: { kind: 'freeLock', folder },
  }));
}

async function newestLock(folder: string): Promise<string | null> {
  const numbers: number[] = [];
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const number = /^owner-(\d+)\.lock$/.exec(name)?.[1];
    if (number !== undefined) numbers.push(Number(number));
  }
  return numbers.length === 0 ? null : join(folder, `owner-${Math.max(...numbers)}.lock`);
}

async function isReleased(file: string): Promise<boolean> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { released?: unknown }).released === true;
  } catch {
    // Not ours, or gone: a process that holds it would have written it whole.
    return false;
  }
}
