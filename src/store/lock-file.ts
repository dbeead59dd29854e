import { link, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { bootId, processStart } from './process-identity.ts';
import { systemCode } from './store-error.ts';

/*
 * Locks have numbers: `owner-7.lock` names its process. The one with the highest number counts. A taker that finds it released or
 * its process gone makes the next number by an exclusive link, so of many takers one wins. A number is never used twice,
 * because the newest locks are never removed; so nobody can be made to remove a rival's fresh lock by acting on old knowledge.
 */
const pattern = /^owner-(\d+)\.lock$/;
/** How many old locks stay; a taker would have to sleep through as many owners between two of its steps to be misled. */
const kept = 8;

/** Who holds a lock; `released` when nobody does any more. */
interface Holder {
  readonly pid: number;
  readonly start: string | null;
  readonly boot: string | null;
  readonly released: boolean;
}

/** Takes the lock by a file in `folder`; null when a live process has it. */
export async function acquireLockFile(folder: string): Promise<{ release(): Promise<void> } | null> {
  for (;;) {
    const newest = (await lockNumbers(folder)).at(-1) ?? 0;
    if (newest > 0 && (await isHeld(lockPath(folder, newest)))) return null;
    const own = newest + 1;
    if (!(await placeLock(folder, own))) continue;
    const numbers = await lockNumbers(folder);
    if (numbers.at(-1) === own) {
      await removeAll(numbers.filter((number) => number <= own - kept).map((number) => lockPath(folder, number)));
      return { release: () => releaseLock(folder, own) };
    }
    // Others have come and gone since the first look.
    await removeAll([lockPath(folder, own)]);
  }
}

/** Whether a live process has the lock by a file in `folder`. */
export async function isLockFileHeld(folder: string): Promise<boolean> {
  const newest = (await lockNumbers(folder)).at(-1);
  return newest !== undefined && isHeld(lockPath(folder, newest));
}

function lockPath(folder: string, number: number): string {
  return join(folder, `owner-${number}.lock`);
}

async function lockNumbers(folder: string): Promise<number[]> {
  const numbers: number[] = [];
  for (const name of await readdir(folder)) {
    const number = pattern.exec(name)?.[1];
    if (number !== undefined) numbers.push(Number(number));
  }
  return numbers.sort((a, b) => a - b);
}

/** A link appears whole, with its content, and fails where there is one. */
async function placeLock(folder: string, number: number): Promise<boolean> {
  const temporary = await writeHolder(folder, false);
  try {
    await link(temporary, lockPath(folder, number));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

async function releaseLock(folder: string, number: number): Promise<void> {
  await rename(await writeHolder(folder, true), lockPath(folder, number));
}

async function writeHolder(folder: string, released: boolean): Promise<string> {
  const holder: Holder = { pid: process.pid, start: await processStart(process.pid), boot: await bootId(), released };
  const path = join(folder, `owner-${randomUUID()}.tmp`);
  await writeFile(path, JSON.stringify(holder), { mode: 0o600 });
  return path;
}

async function isHeld(path: string): Promise<boolean> {
  let holder: Holder;
  try {
    holder = JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    // Gone: a newer one exists. Not JSON: nothing of ours, for ours appear whole.
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return false;
    throw error;
  }
  if (holder.released || holder.boot !== (await bootId())) return false;
  return isRunning(holder.pid) && (await processStart(holder.pid)) === holder.start;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await unlink(path).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
  }
}
