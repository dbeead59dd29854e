import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import { newAside, setAside } from './aside.ts';
import { keepRows, readKeptRows } from './kept-rows.ts';
import { createLayout, listRunIds, type StoreLayout } from './layout.ts';
import { loadMigrations } from './migrations.ts';
import { isOwned, waitForOwnerLock } from './owner-lock.ts';
import { indexColumns, isFinal, readRunRow, toIndexRow, type IndexRow } from './run-row.ts';
import { openStore, type Store } from './store.ts';
import { StoreError } from './store-error.ts';
import type { Statement } from './statement.ts';

export type { IndexRow } from './run-row.ts';

/** Which runs {@link listRuns} gives; what is absent does not restrict. */
export interface RunFilter {
  readonly state?: string;
  readonly workflow?: string;
  readonly project?: string;
  /** At most so many, from 1. */
  readonly limit?: number;
}

const lockWaitMs = 10_000;
/** Beyond this the index is compacted by whoever records the next run. */
const largestJournalBytes = 256 << 10;

const assignments = indexColumns.slice(1).map((column) => `${column} = excluded.${column}`);
const upsert =
  `insert into runs (${indexColumns.join(', ')}) values (${indexColumns.map(() => '?').join(', ')}) ` +
  `on conflict (run_id) do update set ${assignments.join(', ')}`;

const selectRows = `select ${indexColumns.join(', ')} from runs`;

/**
 * Writes a run's row to the index, durably, under a short lock. Without loading SQLite, unless `checkpoint` asks for the
 * database file to be brought up to date (so that other programs see the row) or the journal has outgrown its bound.
 */
export async function recordRun(
  layout: StoreLayout,
  row: IndexRow,
  options: { readonly checkpoint?: boolean } = {},
): Promise<void> {
  await createLayout(layout);
  await withIndex(layout, async (store) => {
    store.transact([rowStatement(row)]);
    await store.durable();
    if (options.checkpoint === true || store.journalBytes > largestJournalBytes) await bringUpToDate(layout, store);
  });
}

/** Removes the rows of runs, durably, and brings the database file up to date. Ids without a row are fine. */
export async function forgetRuns(layout: StoreLayout, runIds: readonly RunId[]): Promise<void> {
  if (runIds.length === 0) return;
  await withIndex(layout, async (store) => {
    store.transact(runIds.map((runId): Statement => ['delete from runs where run_id = ?', runId]));
    await store.durable();
    await bringUpToDate(layout, store);
  });
}

/** Brings the index's database file up to date and removes its journal. */
export async function compactIndex(layout: StoreLayout): Promise<void> {
  await createLayout(layout);
  await withIndex(layout, (store) => bringUpToDate(layout, store));
}

/**
 * Runs, newest first. The index is a cache: a run that has a folder but no row, or whose row says it is under way while nobody
 * owns it, is read from its own store.
 */
export async function listRuns(layout: StoreLayout, filter: RunFilter = {}): Promise<IndexRow[]> {
  const folders = await listRunIds(layout);
  if (folders.length === 0) return [];
  const rows = await readIndex(layout);
  const listed: IndexRow[] = [];
  for (const runId of folders) {
    const row = await currentRow(layout, runId, rows.get(runId));
    if (row !== null && matches(row, filter)) listed.push(row);
    if (listed.length === filter.limit) break;
  }
  return listed;
}

/**
 * The runs that have not ended and that no live process owns, as far as the index knows, oldest first: one whose end a crash kept from the index is among them. Reads
 * no store of a run that the index knows.
 */
export async function listUnowned(layout: StoreLayout): Promise<RunId[]> {
  const [folders, rows] = [await listRunIds(layout), await readIndex(layout)];
  const unowned: RunId[] = [];
  for (const runId of folders.toReversed()) {
    const row = rows.get(runId) ?? (await readRunRow(layout, runId));
    if (row === null || isFinal(row) || row.state === 'unreadable') continue;
    if (!(await isOwned(layout.run(runId).folder))) unowned.push(runId);
  }
  return unowned;
}

/**
 * Builds the index anew from the runs' own stores. The old files are kept in `aside` (a new folder when absent), which is given
 * back (null when there were none).
 */
export async function rebuildIndex(
  layout: StoreLayout,
  aside = newAside(layout),
): Promise<{ readonly rows: number; readonly keptAside: string | null }> {
  await createLayout(layout);
  const lock = await waitForOwnerLock(layout.root, lockWaitMs);
  try {
    const keptAside = await moveIndexAside(layout, aside);
    const { store } = await openStore({ folder: layout.root, name: 'index', migrations: loadMigrations('index') });
    let rows = 0;
    for (const runId of await listRunIds(layout)) {
      const row = await readRunRow(layout, runId);
      if (row === null || row.state === 'unreadable') continue;
      store.transact([rowStatement(row)]);
      rows += 1;
    }
    await store.close();
    return { rows, keptAside };
  } finally {
    await lock.release();
  }
}

async function moveIndexAside(layout: StoreLayout, aside: string): Promise<string | null> {
  const files = (await readdir(layout.root)).filter((name) => /^index(\.db|-journal-|-rows\.json)/.test(name));
  for (const file of files) await setAside(layout, aside, join(layout.root, file));
  return files.length === 0 ? null : aside;
}

function rowStatement(row: IndexRow): Statement {
  return [upsert, ...indexColumns.map((column) => row[column])];
}

async function withIndex(layout: StoreLayout, work: (store: Store) => Promise<void>): Promise<void> {
  const lock = await waitForOwnerLock(layout.root, lockWaitMs);
  try {
    const { store } = await openStore({ folder: layout.root, name: 'index', migrations: loadMigrations('index') });
    try {
      await work(store);
    } finally {
      await store.close({ checkpoint: false });
    }
  } catch (error) {
    throw withRepairAdvice(error);
  } finally {
    await lock.release();
  }
}

/** The database file, and what spares its readers SQLite. */
async function bringUpToDate(layout: StoreLayout, store: Store): Promise<void> {
  await store.checkpoint();
  await keepRows(layout, store.headHash, (await store.query(selectRows)).map(toIndexRow));
}

async function readIndex(layout: StoreLayout): Promise<Map<string, IndexRow>> {
  const kept = await readKeptRows(layout);
  if (kept !== null) return kept;
  const { openReader } = await import('./reader.ts');
  try {
    const reader = await openReader({ folder: layout.root, name: 'index' });
    try {
      // A crash may have come before the first record, with the table in it.
      if (reader.sequence === 0) return new Map();
      return new Map(reader.query(selectRows).map((row) => [String(row.run_id), toIndexRow(row)]));
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'missing') return new Map();
    throw withRepairAdvice(error);
  }
}

async function currentRow(layout: StoreLayout, runId: RunId, row: IndexRow | undefined): Promise<IndexRow | null> {
  if (row !== undefined && (isFinal(row) || (await isOwned(layout.run(runId).folder)))) return row;
  const own = await readRunRow(layout, runId);
  return own === null || (own.state === 'unreadable' && row !== undefined) ? (row ?? null) : own;
}

function matches(row: IndexRow, { state, workflow, project }: RunFilter): boolean {
  if (state !== undefined && row.state !== state) return false;
  if (workflow !== undefined && row.workflow_name !== workflow) return false;
  return project === undefined || row.project_id === project;
}

function withRepairAdvice(error: unknown): unknown {
  if (!(error instanceof StoreError) || error.kind !== 'damaged') return error;
  return new StoreError('damaged', error.message, {
    ...(error.file === null ? {} : { file: error.file }),
    ...(error.offset === null ? {} : { offset: error.offset }),
    advice: 'the index can be built anew from the runs: `stateyard doctor --repair`',
    cause: error,
  });
}
