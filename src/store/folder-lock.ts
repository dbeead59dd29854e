import { acquireOwnerLock, type OwnerLock } from './owner-lock.ts';
import { systemCode } from './store-error.ts';

/** The lock of a folder; `owned` when a live process has it, `gone` when there is no such folder. */
export async function lockFolder(folder: string): Promise<OwnerLock | 'owned' | 'gone'> {
  try {
    return (await acquireOwnerLock(folder)) ?? 'owned';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'gone';
    throw error;
  }
}

/** Releases a lock whose folder may have been moved away: a lock that is a file went with it. */
export async function releaseLock(lock: OwnerLock): Promise<void> {
  await lock.release().catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
}

/** Does `work` as the owner of a folder, which `work` may move away; `owned` or `gone` when that is not possible. */
export async function asOwner<Result>(folder: string, work: () => Promise<Result>): Promise<Result | 'owned' | 'gone'> {
  const lock = await lockFolder(folder);
  if (lock === 'owned' || lock === 'gone') return lock;
  try {
    return await work();
  } finally {
    await releaseLock(lock);
  }
}
