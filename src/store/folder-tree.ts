import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './store-error.ts';

/** The bytes of all files below a path, links not followed; 0 where there is nothing. What goes away meanwhile does not count. */
export async function treeBytes(path: string): Promise<number> {
  const found = await lstat(path).catch(ignoreMissing);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  let bytes = 0;
  for (const name of (await readdir(path).catch(ignoreMissing)) ?? []) bytes += await treeBytes(join(path, name));
  return bytes;
}

/** Removes a folder with all that is in it, links not followed; also what a tool has left write-protected. Fine when it is gone. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (systemCode(error) !== 'EACCES' && systemCode(error) !== 'EPERM') throw error;
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}

function ignoreMissing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
}
