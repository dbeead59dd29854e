import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import { nodeDisk } from './disk.ts';
import { imagePath } from './segment.ts';
import { asWriteFailure, systemCode } from './store-error.ts';

/** The paths of one run. */
export interface RunLayout {
  /** Holds `run.db` and `journal-*`; the owner lock of the run is the lock of this folder. */
  readonly folder: string;
  readonly database: string;
  /** Commands for a live run, one a file. */
  readonly inbox: string;
  readonly attempts: string;
  readonly artifacts: string;
  /** The folder of one attempt (from 1) of a step: its log, pid and exit files. */
  attempt(stepId: string, attempt: number): string;
}

/** The paths of a `.stateyard` folder. */
export interface StoreLayout {
  /** Holds `index.db` and `index-journal-*`; the lock of the index is the lock of this folder. */
  readonly root: string;
  readonly runs: string;
  readonly indexDatabase: string;
  run(runId: RunId): RunLayout;
  /** Where a run's folder stands while it is being removed (retention.ts). */
  removed(runId: RunId): string;
}

const folderMode = 0o700;
const removedSuffix = '.removed';

/** The paths below `root` (`…/.stateyard`); touches nothing. */
export function storeLayout(root: string): StoreLayout {
  const runs = join(root, 'runs');
  return {
    root,
    runs,
    indexDatabase: imagePath(root, 'index'),
    run: (runId) => runLayout(join(runs, runId)),
    removed: (runId) => join(runs, `${runId}${removedSuffix}`),
  };
}

function runLayout(folder: string): RunLayout {
  const attempts = join(folder, 'attempts');
  return {
    folder,
    database: imagePath(folder, 'run'),
    inbox: join(folder, 'inbox'),
    attempts,
    artifacts: join(folder, 'artifacts'),
    attempt: (stepId, attempt) => join(attempts, `${stepId}.${attempt}`),
  };
}

/** Makes the store folder (mode 0700) when there is none; a new one ignores itself in git. Throws StoreError `writeFailed`. */
export async function createLayout(layout: StoreLayout): Promise<void> {
  try {
    const made = await mkdir(layout.runs, { recursive: true, mode: folderMode });
    if (made !== undefined) await syncUp(dirname(layout.root), dirname(made));
    await ignoreInGit(layout);
  } catch (error) {
    throw asWriteFailure(error, layout.root);
  }
}

/**
 * Makes the folders of a run, mode 0700, and makes sure that the way to them survives a loss of power: a synced journal in a folder whose own name is
 * lost would be lost with it. Throws StoreError `writeFailed`.
 */
export async function createRunFolder(layout: StoreLayout, runId: RunId): Promise<RunLayout> {
  const run = layout.run(runId);
  try {
    for (const folder of [run.inbox, run.attempts, run.artifacts]) await mkdir(folder, { recursive: true, mode: folderMode });
    // Also what an earlier process made: it may have died before it could sync.
    await Promise.all([syncUp(layout.runs, layout.root), syncUp(dirname(layout.root), dirname(layout.root))]);
  } catch (error) {
    throw asWriteFailure(error, run.folder);
  }
  return run;
}

async function ignoreInGit({ root }: StoreLayout): Promise<void> {
  try {
    await writeFile(join(root, '.gitignore'), '*\n', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** Syncs the names in `folder` and in the folders above it, up to those in `last`. */
async function syncUp(folder: string, last: string): Promise<void> {
  for (let each = folder; each.length >= last.length; each = dirname(each)) {
    await nodeDisk.syncFolder(each).catch((error: unknown) => {
      // A folder of others that may be entered and not read: its names are theirs to keep.
      if (systemCode(error) !== 'EACCES') throw error;
    });
    if (each === dirname(each)) return;
  }
}

/** The ids of all runs that have a folder, newest first; none when there is no store. */
export async function listRunIds(layout: StoreLayout): Promise<RunId[]> {
  return (await runFolderNames(layout)).filter(isRunId).sort().reverse();
}

/** The ids of the runs whose removal was begun and is not finished, oldest first. */
export async function listRemovedIds(layout: StoreLayout): Promise<RunId[]> {
  const removed = (await runFolderNames(layout)).filter((name) => name.endsWith(removedSuffix));
  return removed
    .map((name) => name.slice(0, -removedSuffix.length))
    .filter(isRunId)
    .sort();
}

/** Names beside the folders of the runs that Stateyard did not put there; hidden ones are the system's business. */
export async function listStrangers(layout: StoreLayout): Promise<string[]> {
  const ours = (name: string): boolean =>
    name.startsWith('.') ||
    name.startsWith('owner-') ||
    isRunId(name.endsWith(removedSuffix) ? name.slice(0, -removedSuffix.length) : name);
  return (await runFolderNames(layout)).filter((name) => !ours(name)).sort();
}

async function runFolderNames(layout: StoreLayout): Promise<string[]> {
  try {
    return await readdir(layout.runs);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function isRunId(name: string): name is RunId {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(name);
}
