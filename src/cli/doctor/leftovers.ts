import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { treeBytes } from '../../store/folder-tree.ts';
import { listRemovedIds, listStrangers, type StoreLayout } from '../../store/layout.ts';
import { isOwned } from '../../store/owner-lock.ts';
import { listAsides } from '../../store/aside.ts';
import { systemCode } from '../../store/store-error.ts';
import { formatBytes } from '../render/duration.ts';
import type { Finding } from './finding.ts';
import { someOf, well } from './finding.ts';

/**
 * Looks for temporary files that a crash has left: in each folder, and in the inbox of each. Those of a folder with a live owner
 * are in use.
 */
export async function checkTemporaryFiles(folders: readonly string[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const owner of folders) {
    const seen = await temporaryFilesOf(owner);
    if (seen.length === 0 || (await isOwned(owner))) continue;
    // Looked at again: an owner may have come to its end in between, with its files.
    const paths = (await temporaryFilesOf(owner)).filter((path) => seen.includes(path));
    if (paths.length === 0) continue;
    found.push({
      subject: 'temporary files',
      ok: false,
      message: `${paths.length} left by a crash: ${someOf(paths)}`,
      advice:
        'they hold nothing that is needed: stateyard doctor --repair moves them aside, and whoever opens a store next removes those in it',
      repair: { kind: 'setAside', what: 'temporary files', owner, paths },
    });
  }
  return found.length > 0 ? found : [well('temporary files', 'none left')];
}

async function temporaryFilesOf(owner: string): Promise<string[]> {
  return [...(await temporaryFiles(owner)), ...(await temporaryFiles(join(owner, 'inbox')))];
}

async function temporaryFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.tmp(?:$|[-.])/.test(name)).map((name) => join(folder, name));
  } catch (error) {
    // Gone, or not to be read: the check of the store that is in it says so.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

/** Looks for removals that were begun and not brought to their end. One that is going on now is no problem. */
export async function checkRemovals(layout: StoreLayout): Promise<Finding[]> {
  const runIds = await listRemovedIds(layout);
  if (runIds.length === 0) return [];
  if (await isOwned(layout.runs)) return [well('removals', `${runIds.length} under way`)];
  return [
    {
      subject: 'removals',
      ok: false,
      message: `the removal of ${someOf(runIds)} was begun and not finished`,
      advice: 'stateyard doctor --repair finishes it, as the next gc does',
      repair: { kind: 'finishRemovals' },
    },
  ];
}

/** Tells what earlier repairs have kept, and names what is in the folder of the runs and is not ours. */
export async function checkOthers(layout: StoreLayout): Promise<Finding[]> {
  const asides = await listAsides(layout);
  const findings: Finding[] = [];
  if (asides.length > 0) {
    let bytes = 0;
    for (const name of asides) bytes += await treeBytes(join(layout.root, name));
    findings.push({
      ...well('set aside', `${formatBytes(bytes)} that repairs have kept: ${someOf(asides)}`),
      advice: `delete them when they are not needed any more; they are in ${layout.root}`,
    });
  }
  const strangers = await listStrangers(layout);
  if (strangers.length > 0) {
    findings.push({
      subject: 'strangers',
      ok: false,
      message: `not a run, and not of stateyard: ${someOf(strangers.map((name) => join(basename(layout.runs), name)))}`,
      advice: `move them out of ${join(dirname(layout.runs), basename(layout.runs))}: nothing here reads them`,
      repair: null,
    });
  }
  return findings;
}
