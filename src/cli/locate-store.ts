import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
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
 * package.json or .git upward from the working directory, else in the working directory. Looks at names alone and creates nothing.
 */
export function locateStore(options: Pick<GlobalOptions, 'store'>, io: Pick<Io, 'cwd' | 'env'>): StorePlace {
  const given = options.store ?? (io.env['STATEYARD_STORE'] || null);
  const folder = given === null ? join(projectFolder(io.cwd), '.stateyard') : resolve(io.cwd, given);
  return { folder, projectId: basename(dirname(folder)) || 'root' };
}

function projectFolder(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (markers.some((marker) => existsSync(join(folder, marker)))) return folder;
    if (dirname(folder) === folder) return resolve(from);
  }
}
