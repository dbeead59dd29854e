import { chmod, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DoctorRepair } from '../../../schemas/cli/doctor-report.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { exitCodes, UserError } from '../../errors.ts';
import { copyAside, setAside } from '../../store/aside.ts';
import { asOwner } from '../../store/folder-lock.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { acquireLockFile } from '../../store/lock-file.ts';
import { loadMigrations } from '../../store/migrations.ts';
import { finishRemovals, withRemovalLock } from '../../store/retention.ts';
import { rebuildIndex } from '../../store/run-index.ts';
import { openStore } from '../../store/store.ts';
import { verifyStore } from '../../store/verify.ts';
import { formatBytes } from '../render/duration.ts';
import type { Finding, Repair } from './finding.ts';
import { someOf } from './finding.ts';
import { isEmpty } from './stores.ts';
import { setToolStoreAside } from './tool-store.ts';

/** What a repair has done, in words; null: there was nothing to do any more. */
type Done = { readonly message: string; readonly kept: string | null } | null;

interface Place {
  readonly layout: StoreLayout;
  /** Where everything is kept that is taken out of the store. */
  readonly aside: string;
}

/** The order matters: folders must be ours before anything in them is, and the index is built from what is left. */
const order: readonly Repair['kind'][] = [
  'closePermissions',
  'finishRemovals',
  'setEmptyRunAside',
  'setAside',
  'freeLock',
  'cutTail',
  'setToolStoreAside',
  'rebuildIndex',
];

/**
 * Carries out the repairs of some findings, except a new index unless `rebuild` asks for it alone. What could not be done is told, not thrown.
 * Each works under the lock of what it changes, so never on what a live process has.
 */
export async function repairFindings(findings: readonly Finding[], place: Place, rebuild: boolean): Promise<DoctorRepair[]> {
  const wanted = findings.filter(({ repair }) => repair !== null && (repair.kind === 'rebuildIndex') === rebuild);
  const rank = ({ repair }: Finding): number => (repair === null ? order.length : order.indexOf(repair.kind));
  const done: DoctorRepair[] = [];
  for (const { subject, repair } of wanted.toSorted((a, b) => rank(a) - rank(b))) {
    if (repair === null) continue;
    const told = await attempt(subject, () => carryOut(repair, place));
    if (told !== null) done.push(told);
    // One new index answers all findings about it.
    if (rebuild) break;
  }
  return done;
}

async function attempt(subject: string, work: () => Promise<Done>): Promise<DoctorRepair | null> {
  try {
    const done = await work();
    return done === null ? null : { subject, done: true, ...done };
  } catch (error) {
    const expected = error instanceof UserError || (error instanceof Error && ('code' in error || error.name === 'StoreError'));
    if (!expected) throw error;
    return { subject, done: false, message: `not repaired: ${error.message}`, kept: null };
  }
}

function carryOut(repair: Repair, place: Place): Promise<Done> {
  switch (repair.kind) {
    case 'closePermissions':
      return closePermissions(repair.paths);
    case 'finishRemovals':
      return finish(place.layout);
    case 'setEmptyRunAside':
      return setEmptyRunAside(repair.runId, place);
    case 'setAside':
      return setPathsAside(repair, place);
    case 'freeLock':
      return freeLock(repair.folder);
    case 'cutTail':
      return cutTail(repair, place);
    case 'setToolStoreAside':
      return beginToolStoreAnew(place);
    case 'rebuildIndex':
      return rebuild(place);
  }
}

async function closePermissions(paths: readonly string[]): Promise<Done> {
  for (const path of paths) await chmod(path, (await stat(path)).mode & 0o700);
  return { message: `took the rights of others from ${someOf(paths)}`, kept: null };
}

async function finish(layout: StoreLayout): Promise<Done> {
  const ended = await withRemovalLock(layout, () => finishRemovals(layout));
  if (ended === null || ended.finished.length === 0) return null;
  const [stuck] = ended.unfinished;
  if (stuck !== undefined)
    throw new UserError(exitCodes.failed, 'removal_unfinished', `files of ${stuck.runId} cannot be deleted: ${stuck.message}`);
  const bytes = ended.finished.reduce((sum, run) => sum + run.bytes, 0);
  return {
    message: `finished the removal of ${someOf(ended.finished.map(({ runId }) => runId))}, ${formatBytes(bytes)} freed`,
    kept: null,
  };
}

async function setEmptyRunAside(runId: RunId, { layout, aside }: Place): Promise<Done> {
  const { folder } = layout.run(runId);
  return underLock(folder, async () => {
    // Looked at again: it may have come to life since.
    if (!isEmpty(await verifyStore({ folder, name: 'run' }))) return null;
    return { message: `moved the folder of ${runId}, which holds no record, aside`, kept: await setAside(layout, aside, folder) };
  });
}

async function setPathsAside(repair: Extract<Repair, { kind: 'setAside' }>, { layout, aside }: Place): Promise<Done> {
  return underLock(repair.owner, async () => {
    for (const path of repair.paths) await setAside(layout, aside, path);
    return { message: `moved ${repair.what} aside: ${someOf(repair.paths.map((path) => basename(path)))}`, kept: aside };
  });
}

async function freeLock(folder: string): Promise<Done> {
  const lock = await acquireLockFile(folder);
  await lock?.release();
  return lock === null ? null : { message: `released the lock file of ${folder}`, kept: null };
}

async function cutTail({ runId, file }: Extract<Repair, { kind: 'cutTail' }>, { layout, aside }: Place): Promise<Done> {
  const { folder } = layout.run(runId);
  return underLock(folder, async () => {
    const kept = await copyAside(layout, aside, file);
    const { store, recovery } = await openStore({ folder, name: 'run', migrations: loadMigrations('run'), mustExist: true });
    const last = store.durableSequence;
    await store.close({ checkpoint: false });
    const { tornTail } = recovery;
    if (tornTail === null) return null;
    const place = `${tornTail.file}, byte ${tornTail.offset}`;
    return { message: `cut ${tornTail.bytes} bytes of a record that was never finished, after record ${last} (${place})`, kept };
  });
}

async function beginToolStoreAnew({ layout, aside }: Place): Promise<Done> {
  const kept = await setToolStoreAside(layout, aside);
  if (kept === null) return null;
  return { message: 'moved the damaged tool store aside: breakers, figures and turns of the tools begin anew', kept };
}

async function rebuild({ layout, aside }: Place): Promise<Done> {
  const { rows, keptAside } = await rebuildIndex(layout, aside);
  return { message: `built the index anew from ${rows} runs`, kept: keptAside };
}

async function underLock(folder: string, work: () => Promise<Done>): Promise<Done> {
  const done = await asOwner(folder, async () => ({ told: await work() }));
  if (done === 'gone') return null;
  if (done !== 'owned') return done.told;
  throw new UserError(exitCodes.refused, 'run_owned', `a live process has ${folder}`);
}
