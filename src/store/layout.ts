import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import { imagePath } from './segment.ts';
import { systemCode } from './store-error.ts';

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
}

const folderMode = 0o700;

/** The paths below `root` (`…/.stateyard`); touches nothing. */
export function storeLayout(root: string): StoreLayout {
  const runs = join(root, 'runs');
  return { root, runs, indexDatabase: imagePath(root, 'index'), run: (runId) => runLayout(join(runs, runId)) };
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

/** Makes the store folder (mode 0700) when there is none; a new one ignores itself in git. */
export async function createLayout(layout: StoreLayout): Promise<void> {
  await mkdir(layout.runs, { recursive: true, mode: folderMode });
  try {
    await writeFile(join(layout.root, '.gitignore'), '*\n', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** Makes the folders of a run, mode 0700. */
export async function createRunFolder(layout: StoreLayout, runId: RunId): Promise<RunLayout> {
  const run = layout.run(runId);
  for (const folder of [run.inbox, run.attempts, run.artifacts]) await mkdir(folder, { recursive: true, mode: folderMode });
  return run;
}

/** The ids of all runs that have a folder, newest first; none when there is no store. */
export async function listRunIds(layout: StoreLayout): Promise<RunId[]> {
  try {
    const names = await readdir(layout.runs);
    return names.filter(isRunId).sort().reverse();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function isRunId(name: string): name is RunId {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(name);
}
