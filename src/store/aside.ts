import { copyFile, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { nodeDisk } from './disk.ts';
import type { StoreLayout } from './layout.ts';
import { systemCode } from './store-error.ts';

const prefix = 'aside-';

/** The path of a new folder, `.stateyard/aside-TIME`, in which repairs keep what they take out of the store. It is made when something goes into it. */
export function newAside({ root }: StoreLayout, now = new Date()): string {
  return join(root, `${prefix}${now.toISOString().replaceAll(':', '-')}`);
}

/** Moves a file or folder of the store into `aside`, under the path that it had in the store, durably. Gives its new path. */
export async function setAside(layout: StoreLayout, aside: string, path: string): Promise<string> {
  const target = await placeIn(layout, aside, path);
  await rename(path, target);
  await nodeDisk.syncFolder(dirname(target));
  await nodeDisk.syncFolder(dirname(path));
  return target;
}

/** Copies a file of the store into `aside`, under the path that it had in the store, durably. Gives the path of the copy. */
export async function copyAside(layout: StoreLayout, aside: string, path: string): Promise<string> {
  const target = await placeIn(layout, aside, path);
  await copyFile(path, target);
  const handle = await nodeDisk.openExisting(target);
  try {
    await nodeDisk.sync(handle);
  } finally {
    nodeDisk.close(handle);
  }
  await nodeDisk.syncFolder(dirname(target));
  return target;
}

/** The names of the folders that repairs have kept, oldest first. */
export async function listAsides({ root }: StoreLayout): Promise<string[]> {
  try {
    return (await readdir(root)).filter((name) => name.startsWith(prefix)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function placeIn({ root }: StoreLayout, aside: string, path: string): Promise<string> {
  const target = join(aside, relative(root, path));
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  return target;
}
