import type { RunId } from '../../../schemas/ids.ts';
import { reopenSession } from '../../engine/open-session.ts';
import { exitCodes, UserError, type ExitCode } from '../../errors.ts';
import { findRun } from '../../store/find-run.ts';
import { storeLayout, type StoreLayout } from '../../store/layout.ts';
import { isOwned } from '../../store/owner-lock.ts';
import { listRuns, listUnowned } from '../../store/run-index.ts';
import { driveRun } from '../drive-run.ts';
import type { Io } from '../io.ts';
import { locateStore } from '../locate-store.ts';
import type { ResumeOptions } from '../options.ts';

/** `stateyard resume [RUN] [--all]`: carries interrupted runs to their end, one after the other. */
export async function run(options: ResumeOptions, io: Io): Promise<ExitCode> {
  const layout = storeLayout(locateStore(options, io).folder);
  if (options.all && options.run !== null) {
    throw new UserError(exitCodes.usage, 'usage', 'give either a run or --all, not both');
  }
  if (options.all) return resumeAll(options, io, layout);
  return resumeOne(options.run === null ? await onlyInterrupted(layout) : await findRun(layout, options.run), {
    options,
    io,
    layout,
  });
}

interface Place {
  readonly options: ResumeOptions;
  readonly io: Io;
  readonly layout: StoreLayout;
}

function resumeOne(runId: RunId, { options, io, layout }: Place): Promise<ExitCode> {
  return driveRun(options, io, { layout, open: (world) => reopenSession(runId, world) });
}

async function resumeAll(options: ResumeOptions, io: Io, layout: StoreLayout): Promise<ExitCode> {
  const runIds = await interruptedRuns(layout);
  if (runIds.length === 0) io.stderr('stateyard: no run is interrupted\n');
  let worst: ExitCode = exitCodes.succeeded;
  for (const runId of runIds) {
    const code = await resumeOne(runId, { options, io, layout });
    if (code === exitCodes.interrupted || code === exitCodes.terminated) return code;
    if (worst === exitCodes.succeeded) worst = code;
  }
  return worst;
}

async function onlyInterrupted(layout: StoreLayout): Promise<RunId> {
  // Where the index knows of one alone, it is that one or none: opening it tells, so its store need not be read twice.
  const [candidate, ...more] = await listUnowned(layout);
  if (candidate !== undefined && more.length === 0) return candidate;
  const [runId, ...others] = await interruptedRuns(layout);
  if (runId === undefined) {
    throw new UserError(exitCodes.notFound, 'nothing_interrupted', 'no run is interrupted', {
      hint: '`stateyard ls` lists the runs',
    });
  }
  if (others.length === 0) return runId;
  throw new UserError(exitCodes.usage, 'run_ambiguous', `${String(others.length + 1)} runs are interrupted`, {
    hint: `name one of ${[runId, ...others].slice(0, 10).join(', ')}, or take --all`,
  });
}

/** Runs that have not ended and that no live process carries on, oldest first. */
async function interruptedRuns(layout: StoreLayout): Promise<RunId[]> {
  const rows = await listRuns(layout, {});
  const open = rows.filter((row) => row.state === 'pending' || row.state === 'running').reverse();
  const owned = await Promise.all(open.map((row) => isOwned(layout.run(row.run_id).folder)));
  return open.filter((_, at) => owned[at] !== true).map((row) => row.run_id);
}
