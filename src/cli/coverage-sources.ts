import path from 'node:path';
import { readCoverageRecords } from '../charts/taken/coverage-records.ts';
import type { TestRecords } from '../charts/taken/coverage-records.ts';
import { machinesWithHistory, takenByRuns } from '../history/taken-by-runs.ts';
import type { MachineWithHistory, TakenByRuns } from '../history/taken-by-runs.ts';
import { chartOf } from '../charts/chart-of.ts';
import { ownMachines } from '../charts/load/own-machines.ts';
import { exitCodes, UserError } from '../errors.ts';
import { openRunHistory } from '../history/open-run-history.ts';
import { findRun } from '../store/find-run.ts';
import { listRunIds, storeLayout } from '../store/layout.ts';
import type { Io } from './io.ts';
import { locateStore } from './locate-store.ts';
import type { CoverageOptions } from './options.ts';

/** What was found of transitions that were taken; null where it was not asked for. */
export interface CoverageSources {
  /** `folder` as it was named. */
  readonly tests: (TestRecords & { readonly folder: string }) | null;
  /** `store`: the absolute path of its folder. */
  readonly history: (TakenByRuns & { readonly store: string }) | null;
}

/**
 * Reads the records of tests and the events of runs, as far as they are asked for and some machine has them.
 *
 * @throws UserError with exit code 4 where there is nothing to count at all, or no such run; with 1, 2 and 3 for records that cannot be read.
 */
export async function readSources(options: CoverageOptions, io: Io): Promise<CoverageSources> {
  const tests = options.from === 'history' ? null : await readTests(options, io);
  const withHistory = options.machines.length === 0 ? machinesWithHistory : options.machines.filter(hasHistory);
  const wantsHistory = options.from !== 'tests' && withHistory.length > 0;
  const history = wantsHistory ? await readHistory(options, io, withHistory) : null;
  if (tests?.files === 0 && (history?.runs ?? 0) === 0) throw noRecords(tests.folder);
  return { tests, history };
}

/** Whether this names one of our machines whose past stands in the store. */
export function hasHistory(name: string): name is MachineWithHistory {
  return (machinesWithHistory as readonly string[]).includes(name);
}

async function readTests({ records }: CoverageOptions, io: Io): Promise<CoverageSources['tests']> {
  const folder = records ?? (io.env['STATEYARD_COVERAGE'] || 'coverage/charts');
  return { folder, ...(await readCoverageRecords(path.resolve(io.cwd, folder), folder)) };
}

async function readHistory(
  options: CoverageOptions,
  io: Io,
  machines: readonly MachineWithHistory[],
): Promise<CoverageSources['history']> {
  const layout = storeLayout(locateStore(options, io).folder);
  const charts = new Map<MachineWithHistory, ReturnType<typeof chartOf>>();
  for (const name of machines) {
    const own = ownMachines.get(name);
    if (own !== undefined) charts.set(name, chartOf(await own.load()));
  }
  if (options.run === null) return { store: layout.root, ...(await takenByRuns(layout, await listRunIds(layout), charts)) };
  const runId = await findRun(layout, options.run);
  // A run that was named and cannot be read is an error, where one among many is a warning.
  await (await openRunHistory(layout, runId)).close();
  return { store: layout.root, ...(await takenByRuns(layout, [runId], charts)) };
}

function noRecords(folder: string): UserError {
  return new UserError(exitCodes.notFound, 'no_records', `there are no records of tests in ${folder}`, {
    hint: `tests that generate-tests wrote leave them: STATEYARD_COVERAGE=${folder} npx vitest run; how others do stands in docs/coverage.md`,
  });
}
