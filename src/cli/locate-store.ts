import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import type { GlobalOptions } from './command.ts';
import type { Io } from './io.ts';

/** What marks the top folder of a project, nearest folder first; in one folder any of them will do. */
const markers = ['stateyard.yaml', 'PROJECT_PROFILE.yaml', 'package.json', '.git'];

/** Where the runs of a project are. */
export interface StorePlace {
  /** Absolute path of the store folder; it need not exist. */
  readonly folder: string;
  /** Name of the folder that holds the store. */
  readonly projectId: string;
}

/**
 * The store by `--store`, else `STATEYARD_STORE`, else `.stateyard` beside the nearest stateyard.yaml, PROJECT_PROFILE.yaml,
 * package.json or .git upward from the working directory, else in the working directory. Creates nothing.
 */
export function locateStore(options: Pick<GlobalOptions, 'store'>, io: Pick<Io, 'cwd' | 'env'>): StorePlace {
  const given = options.store ?? (io.env['STATEYARD_STORE'] || null);
  const folder = given === null ? join(projectFolder(io.cwd), '.stateyard') : resolve(io.cwd, given);
  checkFolder(folder);
  return { folder, projectId: basename(dirname(folder)) || 'root' };
}

/** Throws UserError (exit 2) where the path leads to or through something that is not a folder. */
function checkFolder(folder: string): void {
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== false) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') return;
  }
  throw new UserError(exitCodes.usage, 'store_not_a_folder', `the store ${folder} is not a folder`, {
    hint: '--store and STATEYARD_STORE name a folder; one that does not exist is made',
  });
}

/**
 * The top folder of the project that `from` lies in: the nearest one upward with stateyard.yaml, PROJECT_PROFILE.yaml, package.json or .git;
 * `from` itself where there is none.
 */
export function projectFolder(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (markers.some((marker) => existsSync(join(folder, marker)))) return folder;
    if (dirname(folder) === folder) return resolve(from);
  }
}
