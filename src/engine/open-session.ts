import { mkdir } from 'node:fs/promises';
import type { RunId } from '../../schemas/ids.ts';
import { exitCodes, UserError } from '../errors.ts';
import { runNeverBegan } from '../store/find-run.ts';
import { createLayout, createRunFolder, type StoreLayout } from '../store/layout.ts';
import { loadMigrations } from '../store/migrations.ts';
import { acquireOwnerLock, type OwnerLock } from '../store/owner-lock.ts';
import { recordRun } from '../store/run-index.ts';
import { readRunRow as findRunRow } from '../store/run-row.ts';
import { asWriteFailure, StoreError } from '../store/store-error.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Workflow } from '../workflow/model.ts';
import { readKept } from './compiled-definition.ts';
import { readDefinition, readRunRow } from './definition.ts';
import type { LoadedRun } from './loaded-run.ts';
import { noRoutes } from './no-routes.ts';
import type { RoutePort } from './ports.ts';
import { requireFunctions } from './require-functions.ts';
import { restoreRun } from './restore.ts';
import { iso } from './run-event.ts';
import { indexRowOf } from './run-record.ts';
import type { RunRow } from './rows.ts';
import { RunSession, type SessionWorld } from './session.ts';

/** A new run, before it is stored. */
export interface NewRun extends Omit<LoadedRun, 'folder'> {
  readonly origin: object;
}

/**
 * Makes the folder and the store of a new run and takes its lock. UserError `run_exists` (exit 7) when the id is taken: by a run of which
 * something was recorded, or by a live process.
 */
export async function createSession(run: NewRun, world: SessionWorld): Promise<RunSession> {
  const { layout } = world;
  requireFunctions(run.workflow, world.attempts);
  const { folder } = layout.run(run.runId);
  const isLaidOut = createLayout(layout);
  prepareTools(run.workflow, world);
  await isLaidOut;
  const isNew = await makeFolder(folder);
  if (!isNew) await refuseRecorded(layout, run.runId);
  const lock = await takeLock(folder, run.runId);
  try {
    // Again, now that nobody else can record anything.
    if (!isNew) await refuseRecorded(layout, run.runId);
    await createRunFolder(layout, run.runId);
    const { store, recovery } = await openStore({ folder, name: 'run', migrations: loadMigrations('run') });
    const loaded: LoadedRun = { ...run, folder };
    const row = newRow(run, world.clock.nowMs());
    const routes = await openRoutes(loaded, world);
    return new RunSession({ run: loaded, row, restored: null, lock, store, recovery, routes, isKept: false }, world);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** False when there is one already. */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw asWriteFailure(error, folder);
    return false;
  }
}

/** A folder of which nothing was recorded is what an engine left that ended at once: nobody has heard of that run. */
async function refuseRecorded(layout: StoreLayout, runId: RunId): Promise<void> {
  if ((await findRunRow(layout, runId)) === null) return;
  throw new UserError(exitCodes.refused, 'run_exists', `a run with the id ${runId} exists already`, {
    hint: `look at it with: stateyard show ${runId}`,
  });
}

/**
 * Takes a stored run up again. UserError exit 7 when a live process has it, or when it has ended (`failedToo`: unless it failed), or
 * calls functions that this process does not have (`toSteer`: then it can be stopped all the same).
 */
export async function reopenSession(
  runId: RunId,
  world: SessionWorld,
  options: { readonly failedToo?: boolean; readonly toSteer?: boolean } = {},
): Promise<RunSession> {
  const { folder } = world.layout.run(runId);
  const lock = await takeLock(folder, runId);
  try {
    const opening = openStore({ folder, name: 'run', migrations: loadMigrations('run'), mustExist: true });
    const { store, recovery } = await opening.catch((error: unknown) => {
      throw error instanceof StoreError && error.kind === 'missing' ? runNeverBegan(runId) : error;
    });
    try {
      // A crash came before its first record: there is nothing to take up, and nobody was told of it.
      const row = store.durableSequence === 0 ? null : await readRunRow(store, runId);
      if (row === null) throw runNeverBegan(runId);
      let isKept = false;
      const run = await readDefinition(store, row, folder, async (...of) => {
        const kept = await readKept(...of);
        isKept = kept !== null;
        return kept;
      });
      const allowed = row.endedAt === null || (row.state === 'failed' && options.failedToo === true);
      if (!allowed) {
        await putAway({ run, row, store }, world);
        throw endedAlready(row);
      }
      if (options.toSteer !== true) requireFunctions(run.workflow, world.attempts);
      const restored = await restoreRun(store, run);
      prepareTools(run.workflow, world);
      const routes = await openRoutes(run, world);
      return new RunSession({ run, row, restored, lock, store, recovery, routes, isKept }, world);
    } catch (error) {
      await store.close({ checkpoint: false });
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Only where there is a step for them: they take a moment of the main thread. */
function prepareTools({ steps }: Workflow, { attempts }: SessionWorld): void {
  if (steps.some(({ action }) => action.kind !== 'approve' && action.kind !== 'function')) attempts.prepare?.();
}

function openRoutes(run: LoadedRun, world: SessionWorld): Promise<RoutePort> {
  return run.routing.router === null ? Promise.resolve(noRoutes) : world.openRoutes(run);
}

/** Does what an engine does after a run's end, for one that a crash kept from it: no process is left, the database files are there, the index knows. */
async function putAway({ run, row, store }: { run: LoadedRun; row: RunRow; store: Store }, world: SessionWorld): Promise<void> {
  await world.attempts.sweep(run.folder);
  await store.checkpoint();
  await recordRun(world.layout, indexRowOf(run, row, run.plan.ids.length), { checkpoint: true });
}

async function takeLock(folder: string, runId: string): Promise<OwnerLock> {
  const lock = await acquireOwnerLock(folder);
  if (lock !== null) return lock;
  throw new UserError(exitCodes.refused, 'run_owned', `another live process is running ${runId}`, {
    hint: `follow it with: stateyard watch ${runId}`,
  });
}

function endedAlready(row: RunRow): UserError {
  return new UserError(exitCodes.refused, 'run_ended', `run ${row.runId} has ended: ${row.state}`, {
    hint: `look at it with: stateyard show ${row.runId}`,
  });
}

function newRow(run: NewRun, nowMs: number): RunRow {
  return {
    runId: run.runId,
    projectId: run.projectId,
    phaseId: run.workflow.workstream?.phase_id ?? run.routing.phase?.spec.phase_id ?? 'default',
    workstreamId: run.workflow.workstream?.workstream_id ?? null,
    createdAt: iso(nowMs),
    startedAt: null,
    endedAt: null,
    state: 'pending',
    stateReason: null,
    origin: run.origin,
    counters: { step_attempts: 0, patches_created: 0, patches_applied: 0, errors: 0 },
    exitCode: null,
    errorMessage: null,
  };
}
