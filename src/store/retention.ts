import type { RunId } from '../../schemas/ids.ts';
import { exitCodes, UserError } from '../errors.ts';
import { nodeDisk, type Disk } from './disk.ts';
import { asOwner, lockFolder, releaseLock } from './folder-lock.ts';
import { removeTree, treeBytes } from './folder-tree.ts';
import { listRemovedIds, listRunIds, type StoreLayout } from './layout.ts';
import type { OwnerLock } from './owner-lock.ts';
import { forgetRuns } from './run-index.ts';
import { isFinal, readRunRow, type IndexRow } from './run-row.ts';

/** Which ended runs may go. With both, a run goes only when both allow it. At least one is not null. */
export interface RetentionRule {
  /** Only runs that ended longer ago than this. */
  readonly olderThanMs: number | null;
  /** Never one of the so many that ended last. */
  readonly keep: number | null;
}

/** A run whose removal is over, or in a dry run would be. `bytes`: the size of its files. */
export interface RemovedRun {
  readonly row: IndexRow;
  readonly bytes: number;
}

/** Why a run that the rule would remove was left alone. */
export type SparedReason =
  /** A process has the run's lock. */
  | 'owned'
  /** Its own store says that it has not ended. */
  | 'unfinished'
  /** Its own store cannot be read, so nothing says that it has ended. */
  | 'unreadable'
  /** It has ended, but a process that it started still lives. */
  | 'alive';

/** What {@link removeRuns} did. */
export interface Removal {
  readonly removed: readonly RemovedRun[];
  readonly spared: readonly { readonly runId: RunId; readonly reason: SparedReason }[];
  /** Runs that are out of the store, but whose files could not all be deleted; the next removal tries again. */
  readonly unfinished: readonly { readonly runId: RunId; readonly message: string }[];
}

/** What {@link finishRemovals} did about removals that a crash had cut short. */
export interface FinishedRemovals {
  readonly finished: readonly { readonly runId: RunId; readonly bytes: number }[];
  readonly unfinished: Removal['unfinished'];
}

/** What a removal is given beside the runs. */
export interface RemovalOptions {
  /** Whether a process that the run started still lives. */
  readonly isAlive: (runId: RunId) => boolean;
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
  readonly disk?: Disk;
}

/** As many locks are held at a time, and as many rows leave the index together. */
const batchSize = 32;

/** The ended runs that the rule lets go, the one that ended last first. Runs that have not ended are never among them. */
export function selectExpired(rows: readonly IndexRow[], rule: RetentionRule, nowMs: number): IndexRow[] {
  const endMs = (row: IndexRow): number => Date.parse(row.ended_at ?? row.created_at);
  const ended = rows.filter(isFinal).sort((a, b) => endMs(b) - endMs(a) || (a.run_id < b.run_id ? 1 : -1));
  const { olderThanMs } = rule;
  const candidates = ended.slice(rule.keep ?? 0);
  return olderThanMs === null ? candidates : candidates.filter((row) => nowMs - endMs(row) > olderThanMs);
}

/**
 * Does `work` as the only process that removes runs of this store. UserError `gc_running` (exit 7) when another one does;
 * null when there is no store.
 */
export async function withRemovalLock<Result>(layout: StoreLayout, work: () => Promise<Result>): Promise<Result | null> {
  const done = await asOwner(layout.runs, async () => ({ result: await work() }));
  if (done === 'gone') return null;
  if (done !== 'owned') return done.result;
  throw new UserError(exitCodes.refused, 'gc_running', `another process is removing runs of ${layout.root}`, {
    hint: 'try again when it has ended',
  });
}

/**
 * Removes runs. Under {@link withRemovalLock}, after {@link finishRemovals}. A run's folder is first renamed to a name that stands for nothing but a
 * removal, under the run's lock and after its own store said that it has ended; then its row leaves the index; each durably;
 * only then are files deleted. So a crash leaves a run that is whole, or one that is gone and whose remains can be told.
 */
export async function removeRuns(layout: StoreLayout, rows: readonly IndexRow[], options: RemovalOptions): Promise<Removal> {
  const done = {
    removed: [] as RemovedRun[],
    spared: [] as { runId: RunId; reason: SparedReason }[],
    unfinished: [] as { runId: RunId; message: string }[],
  };
  for (let start = 0; start < rows.length; start += batchSize) {
    const retired = await retireBatch(layout, rows.slice(start, start + batchSize), { options, spared: done.spared });
    done.removed.push(...retired);
    if (options.dryRun === true) continue;
    done.unfinished.push(
      ...(await deleteRemoved(
        layout,
        retired.map(({ row }) => row.run_id),
      )),
    );
  }
  return done;
}

/** Brings removals to their end that a crash had cut short; with `dryRun` says what they are. Under {@link withRemovalLock}. */
export async function finishRemovals(
  layout: StoreLayout,
  options: { readonly dryRun?: boolean } = {},
): Promise<FinishedRemovals> {
  const runIds = await listRemovedIds(layout);
  const finished: { runId: RunId; bytes: number }[] = [];
  for (const runId of runIds) finished.push({ runId, bytes: await treeBytes(layout.removed(runId)) });
  if (runIds.length === 0 || options.dryRun === true) return { finished, unfinished: [] };
  // A new run may have been given the old one's id: its row must stay.
  const present = new Set(await listRunIds(layout));
  await nodeDisk.syncFolder(layout.runs);
  await forgetRuns(
    layout,
    runIds.filter((runId) => !present.has(runId)),
  );
  return { finished, unfinished: await deleteRemoved(layout, runIds) };
}

interface BatchOptions {
  readonly options: RemovalOptions;
  readonly spared: { runId: RunId; reason: SparedReason }[];
}

async function retireBatch(
  layout: StoreLayout,
  rows: readonly IndexRow[],
  { options, spared }: BatchOptions,
): Promise<RemovedRun[]> {
  const disk = options.disk ?? nodeDisk;
  const retired: RemovedRun[] = [];
  const locks: OwnerLock[] = [];
  try {
    for (const row of rows) {
      const runId = row.run_id;
      const { folder } = layout.run(runId);
      const lock = await lockFolder(folder);
      if (lock === 'gone') continue;
      // Held until the row is gone, so that nobody begins a new run with this id in between.
      if (lock !== 'owned') locks.push(lock);
      const reason = lock === 'owned' ? 'owned' : await refusal(layout, runId, options);
      if (reason !== null) {
        spared.push({ runId, reason });
        continue;
      }
      const bytes = await treeBytes(folder);
      if (options.dryRun !== true) await disk.rename(folder, layout.removed(runId));
      retired.push({ row, bytes });
    }
    if (options.dryRun === true || retired.length === 0) return retired;
    // Without it a loss of power could undo the renaming and keep the deletions.
    await disk.syncFolder(layout.runs);
    await forgetRuns(
      layout,
      retired.map(({ row }) => row.run_id),
    );
    return retired;
  } finally {
    for (const lock of locks) await releaseLock(lock);
  }
}

async function refusal(layout: StoreLayout, runId: RunId, { isAlive }: RemovalOptions): Promise<SparedReason | null> {
  const own = await readRunRow(layout, runId);
  if (own === null || own.state === 'unreadable') return 'unreadable';
  if (!isFinal(own)) return 'unfinished';
  return isAlive(runId) ? 'alive' : null;
}

async function deleteRemoved(layout: StoreLayout, runIds: readonly RunId[]): Promise<{ runId: RunId; message: string }[]> {
  const unfinished: { runId: RunId; message: string }[] = [];
  for (const runId of runIds) {
    try {
      await removeTree(layout.removed(runId));
    } catch (error) {
      unfinished.push({ runId, message: (error as Error).message });
    }
  }
  return unfinished;
}
