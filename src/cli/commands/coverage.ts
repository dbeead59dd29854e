import type { CoverageReport } from '../../../schemas/cli/coverage-report.ts';
import { chartOf } from '../../charts/chart-of.ts';
import { machineCoverage } from '../../charts/taken/machine-coverage.ts';
import { leavesNoEvent } from '../../history/taken-by-runs.ts';
import { loadMachine } from '../../charts/load/load-machine.ts';
import { ownMachines } from '../../charts/load/own-machines.ts';
import { exitCodes, UserError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { hasHistory, readSources } from '../coverage-sources.ts';
import type { CoverageSources } from '../coverage-sources.ts';
import { coverageText } from '../coverage-text.ts';
import type { AskedMachine } from '../coverage-text.ts';
import { checkCoverageUse } from '../coverage-use.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import type { CoverageOptions } from '../options.ts';
import { belowMinimum, coverageWarnings } from '../render-coverage.ts';
import { writeResult } from '../write-result.ts';

/** `stateyard coverage [MACHINE]…`: which transitions were taken; 1 where a machine is below `--min`. */
export async function run(options: CoverageOptions, io: Io): Promise<ExitCode> {
  checkCoverageUse(options);
  const named: AskedMachine[] = [];
  // One after the other: modules are run, and share what they import.
  for (const name of options.machines) named.push(await load(name, io));
  const sources = await readSources(options, io);
  const asked = named.length > 0 ? named : await ownWithData(sources, io);
  const report = reportOf(asked, sources, options);
  if (!options.json && !options.quiet) io.stderr(coverageWarnings(report, named.length > 0));
  await print(report, { asked, options, io });
  if (!options.json) io.stderr(belowMinimum(report));
  return report.passed ? exitCodes.succeeded : exitCodes.failed;
}

async function load(name: string, io: Io): Promise<AskedMachine> {
  return { name, chart: chartOf((await loadMachine(name, io.cwd)).machine) };
}

/** Our own machines that something is known of. */
async function ownWithData({ tests, history }: CoverageSources, io: Io): Promise<readonly AskedMachine[]> {
  const names = [...ownMachines.keys()].filter(
    (name) => tests?.taken.has(name) === true || (history !== null && hasHistory(name) && (tests === null || history.runs > 0)),
  );
  if (names.length === 0) {
    const others = [...(tests?.taken.keys() ?? [])].join(', ');
    throw new UserError(exitCodes.notFound, 'no_records', `the records in ${tests?.folder ?? ''} are of no machine of ours`, {
      hint: `they are of ${others}: give the path of its file`,
    });
  }
  const asked: AskedMachine[] = [];
  for (const name of names) asked.push(await load(name, io));
  return asked;
}

function reportOf(
  asked: readonly AskedMachine[],
  { tests, history }: CoverageSources,
  { from, min }: CoverageOptions,
): CoverageReport {
  const machines = asked.map(({ name, chart }) => {
    const isOwn = ownMachines.has(name);
    const runs = history !== null && hasHistory(name) ? (history.taken.get(name) ?? new Map<string, number>()) : null;
    const taken = {
      tests: tests === null ? null : (tests.taken.get(chart.id) ?? new Map<string, number>()),
      runs,
      isUntold: (transition: Parameters<typeof leavesNoEvent>[1]) => runs !== null && leavesNoEvent(name, transition),
    };
    return machineCoverage(chart, taken, { file: isOwn ? null : name, min });
  });
  const ids = new Set(asked.map(({ chart }) => chart.id));
  return {
    from,
    min,
    passed: machines.every(({ passed }) => passed),
    tests:
      tests === null
        ? null
        : {
            folder: tests.folder,
            records: tests.files,
            other_machines: [...tests.taken.keys()].filter((id) => !ids.has(id)).toSorted(),
          },
    history:
      history === null ? null : { store: history.store, runs: history.runs, events: history.events, unread: [...history.unread] },
    machines,
  };
}

interface Printing {
  readonly asked: readonly AskedMachine[];
  readonly options: CoverageOptions;
  readonly io: Io;
}

async function print(report: CoverageReport, { asked, options, io }: Printing): Promise<void> {
  const { json, out, quiet } = options;
  const reporter = options.reporter ?? (json && out === null ? 'json' : 'table');
  if (out !== null) {
    const text = await coverageText(report, reporter, { asked, io, look: { color: false, width: null } });
    await writeResult(out, text, io);
    if (!json && !quiet) io.stderr(`wrote ${sanitiseLine(out)}\n`);
  }
  if (json || (out === null && reporter === 'json')) printJson(io, report);
  else if (out === null) io.stdout(await coverageText(report, reporter, { asked, io, look: outputLook(io) }));
}
