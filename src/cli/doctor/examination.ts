import { stat } from 'node:fs/promises';
import type { ChainHead, DoctorCheck, DoctorReport } from '../../../schemas/cli/doctor-report.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { isOwned } from '../../store/owner-lock.ts';
import { listRunIds } from '../../store/layout.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkPermissions } from './permissions.ts';
import { checkIndexStore, checkRun, indexedStates } from './stores.ts';

const repairAdvice = 'build the index anew: stateyard doctor --repair';

/** Examines a store; changes nothing. `indexIsSound` says whether a rebuilt index would be better. */
export async function examineStore(
  layout: StoreLayout,
): Promise<Omit<DoctorReport, 'repaired'> & { readonly indexIsSound: boolean }> {
  if (!(await exists(layout.root))) {
    const check = { subject: 'store', ok: true, message: `there is none yet: ${layout.root}`, advice: null };
    return { ok: true, store: layout.root, checks: [check], heads: [], indexIsSound: true };
  }
  const runIds = await listRunIds(layout);
  const folders = [layout.root, ...runIds.map((runId) => layout.run(runId).folder)];
  const index = await checkIndexStore(layout);
  const checks: DoctorCheck[] = [await checkPermissions(layout.root, folders), await checkLeftovers(folders)];
  const heads: ChainHead[] = index.head === null ? [] : [index.head];
  const states = new Map<RunId, string | null>();
  for (const runId of runIds) {
    const found = await checkRun(layout, runId);
    checks.push(...found.checks);
    if (found.head !== null) heads.push(found.head);
    states.set(runId, found.state);
  }
  const indexChecks = [...index.checks, ...(await compareIndex(layout, states))];
  const all = [...checks, ...indexChecks];
  return {
    ok: all.every((check) => check.ok),
    store: layout.root,
    checks: all,
    heads,
    indexIsSound: indexChecks.every((check) => check.ok),
  };
}

/** The index against the runs. A run with a live owner moves ahead of its row, which is as it should be. */
async function compareIndex(layout: StoreLayout, states: ReadonlyMap<RunId, string | null>): Promise<DoctorCheck[]> {
  const indexed = await indexedStates(layout);
  if (indexed === null) return [];
  const checks: DoctorCheck[] = [];
  const problem = (message: string): number => checks.push({ subject: 'index', ok: false, message, advice: repairAdvice });
  for (const runId of indexed.keys()) if (!states.has(runId as RunId)) problem(`names run ${runId}, which has no folder`);
  for (const [runId, state] of states) {
    const row = indexed.get(runId);
    if (state === null || row === state || (await isOwned(layout.run(runId).folder))) continue;
    problem(row === undefined ? `does not name run ${runId}` : `says that run ${runId} is ${row}, its own store says ${state}`);
  }
  return checks;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
