import { stat } from 'node:fs/promises';
import type { ChainHead } from '../../../schemas/cli/doctor-report.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { toolsFolder } from '../../routing/tools-folder.ts';
import { isOwned } from '../../store/owner-lock.ts';
import { listRunIds } from '../../store/layout.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { processesByMark } from '../../tools/marked-processes.ts';
import type { Finding } from './finding.ts';
import { well } from './finding.ts';
import { checkOthers, checkRemovals, checkTemporaryFiles } from './leftovers.ts';
import { checkLocks } from './locks.ts';
import { checkPermissions } from './permissions.ts';
import { checkInbox, checkProcesses } from './run-surroundings.ts';
import type { RestingRun } from './run-surroundings.ts';
import { checkIndexStore, checkRun, hasLostEnd, indexedStates } from './stores.ts';
import { checkToolStore, slotFolders } from './tool-store.ts';

/** What was found in a store as a whole. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** The heads of the hash chains: that of the index, that of the tool store, then those of the runs, newest first. */
  readonly heads: readonly ChainHead[];
}

/** Examines a store; changes nothing. */
export async function examineStore(layout: StoreLayout): Promise<Examination> {
  if (!(await exists(layout.root))) return { findings: [well('store', `there is none yet: ${layout.root}`)], heads: [] };
  const runIds = await listRunIds(layout);
  const index = await checkIndexStore(layout);
  const tools = await checkToolStore(layout);
  // Read before the runs: what it says then of an end, the run must say too. And after them: what a run says, it must say by then.
  const before = await indexedStates(layout);
  const runs = await examineRuns(layout, runIds);
  const indexed = await indexedStates(layout);
  const lost = lostEnds(before ?? new Map(), runs.states);
  return {
    findings: [
      ...(await examineFolders(layout, runIds)),
      // What is at the end of such a journal may be all that is left of a record that was acknowledged: nobody cuts it.
      ...runs.findings.map((found) =>
        found.repair?.kind === 'cutTail' && lost.has(found.repair.runId) ? { ...found, repair: null } : found,
      ),
      ...lost.values(),
      ...index.findings,
      ...(indexed === null ? [] : await compareIndex(layout, { indexed, states: runs.states, lost })),
      ...tools.findings,
    ],
    heads: [...[index.head, tools.head].filter((head) => head !== null), ...runs.heads],
  };
}

async function examineFolders(layout: StoreLayout, runIds: readonly RunId[]): Promise<Finding[]> {
  const owners = [layout.root, toolsFolder(layout), ...runIds.map((runId) => layout.run(runId).folder)];
  const slots = await slotFolders(layout);
  // What tools leave in `artifacts` has the modes that they gave it; the folders around it keep it private.
  const inner = runIds.flatMap((runId) => [layout.run(runId).inbox, layout.run(runId).attempts]);
  return [
    await checkPermissions(layout.root, [...owners, layout.runs, ...slots, ...inner]),
    ...(await checkTemporaryFiles(owners)),
    ...(await checkRemovals(layout)),
    ...(await checkLocks([...owners, layout.runs, ...slots])),
    ...(await checkOthers(layout)),
  ];
}

interface ExaminedRuns extends Examination {
  readonly states: ReadonlyMap<RunId, string | null>;
}

async function examineRuns(layout: StoreLayout, runIds: readonly RunId[]): Promise<ExaminedRuns> {
  const findings: Finding[] = [];
  const heads: ChainHead[] = [];
  const states = new Map<RunId, string | null>();
  const resting: RestingRun[] = [];
  for (const runId of runIds) {
    const found = await checkRun(layout, runId);
    findings.push(...found.findings);
    if (found.head !== null) heads.push(found.head);
    states.set(runId, found.state);
    if (found.state !== null && !found.owned) resting.push({ layout, runId, state: found.state });
  }
  // Listed after the states were read: a process of a run that was still running then proves nothing.
  const living = resting.length === 0 ? new Map<string, readonly number[]>() : processesByMark();
  for (const run of resting) findings.push(...(await checkInbox(run)), ...checkProcesses(run, living));
  return { findings, heads, states };
}

/** The runs that have ended by the index and not by their own store, though the index is told of an end only after the store has it. */
function lostEnds(indexed: ReadonlyMap<string, string>, states: ReadonlyMap<RunId, string | null>): ReadonlyMap<RunId, Finding> {
  const lost = new Map<RunId, Finding>();
  for (const [runId, state] of states) {
    const row = indexed.get(runId);
    if (state === null || row === undefined || !hasLostEnd(row, state)) continue;
    lost.set(runId, {
      subject: `run ${runId}`,
      ok: false,
      message: `is ${row} by the index and ${state} by its own store: records that were acknowledged are missing at the end of its journal`,
      advice:
        'do not resume it, for it would start again what has ended; restore its folder from a backup, or take it out of the store, ' +
        `every byte kept: stateyard doctor --repair --set-aside ${runId}`,
      repair: null,
    });
  }
  return lost;
}

interface Comparison {
  readonly indexed: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<RunId, string | null>;
  readonly lost: ReadonlyMap<RunId, Finding>;
}

/** The index against the runs. A run with a live owner moves ahead of its row, which is as it should be. */
async function compareIndex(layout: StoreLayout, { indexed, states, lost }: Comparison): Promise<Finding[]> {
  const findings: Finding[] = [];
  const [witness] = lost.keys();
  const problem = (message: string): void => {
    const advice =
      witness === undefined
        ? 'build the index anew: stateyard doctor --repair'
        : `see to run ${witness} first: the index alone says that it has ended, so it is not built anew`;
    findings.push({
      subject: 'index',
      ok: false,
      message,
      advice,
      repair: witness === undefined ? { kind: 'rebuildIndex' } : null,
    });
  };
  for (const runId of indexed.keys()) if (!states.has(runId as RunId)) problem(`names run ${runId}, which has no folder`);
  for (const [runId, state] of states) {
    const row = indexed.get(runId);
    if (state === null || row === state || hasLostEnd(row ?? '', state) || (await isOwned(layout.run(runId).folder))) continue;
    problem(row === undefined ? `does not name run ${runId}` : `says that run ${runId} is ${row}, its own store says ${state}`);
  }
  return findings;
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
