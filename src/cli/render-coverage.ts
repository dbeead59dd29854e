import type { CoverageReport, MachineCoverage } from '../../schemas/cli/coverage-report.ts';
import { neverTaken } from '../charts/taken/machine-coverage.ts';
import type { Chart } from '../charts/chart.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { paint } from './render/style.ts';
import { formatTable } from './render/table.ts';
import type { Cell, Column } from './render/table.ts';

const right = 'right' as const;

/** Coverage as text for a person: what was counted, a table of the machines, then what was never taken. `charts`: those of the machines, in their order. */
export function renderCoverage(report: CoverageReport, charts: readonly Chart[], look: Look): string {
  const both = report.tests !== null && report.history !== null;
  const parts = [
    sources(report, look),
    formatTable(
      columnsOf(both),
      report.machines.map((machine) => row(machine, both)),
      look,
    ),
    ...report.machines.map((machine, index) => missed(machine, charts[index], look)),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** What machines lack to the minimum, a line each; nothing where none is below it. */
export function belowMinimum({ machines, min }: CoverageReport): string {
  const below = machines.filter(({ passed }) => !passed);
  return below
    .map(
      ({ machine, percent, taken, reachable }) =>
        `${sanitiseLine(machine)}: ${percentText(percent)} (${String(taken)} of ${String(reachable)}) is below the minimum of ${String(min)} %\n`,
    )
    .join('');
}

/**
 * What a person should know of the counts beside them, a line each: what was not counted, and what was counted in vain. `isNamed`: whether the machines were
 * named, so that of others nothing need be said unless one of these has no record.
 */
export function coverageWarnings({ tests, history, machines }: CoverageReport, isNamed: boolean): string {
  const silent =
    tests === null ? [] : machines.filter(({ transitions }) => transitions.every(({ by_tests: count }) => count === 0));
  const lines = [
    ...(tests === null ? [] : testWarnings(tests, isNamed ? silent : null)),
    ...(history === null ? [] : historyWarnings(history)),
    ...machines.flatMap(({ machine, file, unknown }) =>
      unknown.length === 0 ? [] : [`${file ?? machine} has no transition ${unknown.join(', ')}: records of it are out of date`],
    ),
  ];
  return lines.map((line) => `${sanitiseLine(line)}\n`).join('');
}

function testWarnings(
  { folder, records, other_machines: others }: NonNullable<CoverageReport['tests']>,
  silent: readonly MachineCoverage[] | null,
): readonly string[] {
  if (records === 0) return [`no records of tests in ${folder}`];
  const none = (silent ?? []).map(({ machine }) => `no test in ${folder} tells of a machine with the id ${machine}`);
  const saysOthers = others.length > 0 && (silent === null || silent.length > 0);
  return saysOthers ? [...none, `records of other machines in ${folder}: ${others.join(', ')}`] : none;
}

function historyWarnings({ store, runs, unread }: NonNullable<CoverageReport['history']>): readonly string[] {
  const skipped = unread.map(({ run_id: runId, message }) => `run ${runId} is not counted: ${message}`);
  return runs === 0 && unread.length === 0 ? [`no runs in ${store}`] : skipped;
}

function sources({ tests, history }: CoverageReport, { color }: Look): string {
  const lines: string[] = [];
  if (tests !== null)
    lines.push(`${paint('tests', 'dim', color)} ${count(tests.records, 'record')} in ${sanitiseLine(tests.folder)}\n`);
  if (history !== null) {
    const { runs, events, store } = history;
    lines.push(
      `${paint('runs', 'dim', color)}  ${count(runs, 'run')} with ${count(events, 'event')} in ${sanitiseLine(store)}\n`,
    );
  }
  return lines.join('');
}

function columnsOf(both: boolean): readonly Column[] {
  return [
    { heading: 'MACHINE', mayShrink: true },
    { heading: 'TRANSITIONS', align: right },
    { heading: 'REACHABLE', align: right },
    ...(both
      ? [
          { heading: 'BY TESTS', align: right },
          { heading: 'BY RUNS', align: right },
        ]
      : []),
    { heading: 'TAKEN', align: right },
    { heading: 'COVERED', align: right },
  ];
}

function row({ machine, total, reachable, taken, percent, passed, transitions }: MachineCoverage, both: boolean): Cell[] {
  const by = (source: 'by_tests' | 'by_runs'): string =>
    transitions.every((transition) => transition[source] === null)
      ? '-'
      : String(transitions.filter((transition) => (transition[source] ?? 0) > 0).length);
  return [
    sanitiseLine(machine),
    String(total),
    String(reachable),
    ...(both ? [by('by_tests'), by('by_runs')] : []),
    String(taken),
    { text: percentText(percent), style: passed ? (percent === 100 ? 'green' : 'plain') : 'red' },
  ];
}

function missed(coverage: MachineCoverage, chart: Chart | undefined, { color }: Look): string {
  const machine = sanitiseLine(coverage.machine);
  const never = chart === undefined ? [] : neverTaken(chart, coverage);
  const untold = coverage.transitions.filter((transition) => transition.untold).length;
  const lines: string[] = [];
  if (coverage.taken === 0 && never.length > 0)
    lines.push(`${machine}: none of ${count(never.length, 'transition')} was taken\n`);
  else if (never.length > 0) {
    lines.push(`${paint(`${machine}: never taken`, 'bold', color)}\n`, ...never.map((name) => `  ${sanitiseLine(name)}\n`));
  }
  if (untold > 0) lines.push(`${machine}: of ${count(untold, 'transition')} no event tells; they do not count\n`);
  if (coverage.bound_met) lines.push(`${machine}: too large to be explored whole; all its transitions count as reachable\n`);
  return lines.join('');
}

function percentText(percent: number): string {
  return `${percent.toFixed(1)} %`;
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
