import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLayout, type StoreLayout } from '../store/layout.ts';
import { asWriteFailure, systemCode } from '../store/store-error.ts';

/**
 * The folder of what all runs of a store share about tools: `tools.db` and `tools-journal-*` (figures, breakers, turns) and `slots/`. The
 * lock of the tool store is the lock of this folder. Touches nothing.
 */
export function toolsFolder(layout: StoreLayout): string {
  return join(layout.root, 'tools');
}

/** The folder whose lock is slot `number` (from 1) of a tool. Touches nothing. */
export function slotFolder(layout: StoreLayout, toolId: string, number: number): string {
  return join(toolsFolder(layout), 'slots', `${toolId}.${number}`);
}

/**
 * Does `work` in a folder of the tool store, which is made first (mode 0700, with the store around it) where it is not there: it was never made, or it was
 * set aside meanwhile. Throws StoreError `writeFailed` where it cannot be made.
 */
export async function inFolder<Result>(
  layout: StoreLayout,
  folder: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(folder);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  await createLayout(layout);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asWriteFailure(error, folder);
  }
  return work(folder);
}
