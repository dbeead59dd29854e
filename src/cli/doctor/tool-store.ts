import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { toolsFolder } from '../../routing/tools-folder.ts';
import { setAside } from '../../store/aside.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { waitForOwnerLock } from '../../store/owner-lock.ts';
import { imagePath, isTemporaryImage, segmentNumbers } from '../../store/segment.ts';
import { verifyStore } from '../../store/verify.ts';
import type { Finding } from './finding.ts';
import { isDamaged, soundStore, type StoreFindings } from './stores.ts';

const subject = 'tool store';
/** A run that calls tools has the lock for milliseconds, but may take it often. */
const lockWaitMs = 10_000;

/** The folders whose locks are the slots of tools, after the folder that they are in, which need not exist. */
export async function slotFolders(layout: StoreLayout): Promise<string[]> {
  const slots = join(toolsFolder(layout), 'slots');
  return [slots, ...(await foldersIn(slots))];
}

/** Checks every byte of the tool store. Where no tool was ever routed there is none, and nothing is found. */
export async function checkToolStore(layout: StoreLayout): Promise<Omit<StoreFindings, 'state' | 'owned'>> {
  const folder = toolsFolder(layout);
  const none = { findings: [], head: null };
  if (!existsSync(folder)) return none;
  const report = await verifyStore({ folder, name: 'tools' });
  if (report.problems[0]?.kind === 'missing') return none;
  const head = report.head === null ? null : { store: 'tools', sequence: report.head.sequence, hash: report.head.hash };
  if (report.ok) return { findings: [soundStore(subject, report, 'when a tool is called next')], head };
  const findings = report.problems.map(({ kind, message, advice }): Finding => {
    const found = { subject, ok: false, message };
    // What a newer version wrote, or what only this user cannot read, is not lost: it stays where it is.
    if (kind !== 'damaged') return { ...found, advice, repair: null };
    return {
      ...found,
      advice:
        'it holds breakers, figures and turns of the tools, no run: stateyard doctor --repair sets it aside, every byte kept, and they begin anew',
      repair: { kind: 'setToolStoreAside' },
    };
  });
  return { findings, head };
}

/**
 * Moves the files of a damaged tool store into `aside` and gives the folder that they are in then; null when it is not damaged any more. The slots stay:
 * calls that are under way hold them, by their paths. Throws StoreError `busy` while another process keeps the lock.
 */
export async function setToolStoreAside(layout: StoreLayout, aside: string): Promise<string | null> {
  const folder = toolsFolder(layout);
  const lock = await waitForOwnerLock(folder, lockWaitMs);
  try {
    // Looked at again: one repair answers all findings, and another doctor may have been faster.
    if (!isDamaged(await verifyStore({ folder, name: 'tools' }))) return null;
    for (const name of await storeFiles(folder)) await setAside(layout, aside, join(folder, name));
    return join(aside, relative(layout.root, folder));
  } finally {
    await lock.release();
  }
}

/** In the order in which they are moved: what a crash leaves of them is damaged still, so the next repair goes on. */
async function storeFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).toSorted();
  const images = names.filter((name) => name === basename(imagePath(folder, 'tools')) || isTemporaryImage(name, 'tools'));
  return [...images, ...names.filter((name) => segmentNumbers([name], 'tools').length > 0)];
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  } catch {
    // Gone, or never there: no tool with a limit was ever called.
    return [];
  }
}
