import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CoverageReport } from '../../schemas/cli/coverage-report.ts';
import type { Chart } from '../charts/chart.ts';
import { coverageMermaid } from '../charts/taken/coverage-mermaid.ts';
import { lcovTracefile } from '../charts/taken/lcov.ts';
import { transitionLines } from '../charts/taken/transition-lines.ts';
import { ownMachines } from '../charts/load/own-machines.ts';
import type { Io } from './io.ts';
import type { Look } from './look.ts';
import { renderCoverage } from './render-coverage.ts';

/** A machine that was asked about: `name` as it was called, which is a name of ours or a file. */
export interface AskedMachine {
  readonly name: string;
  readonly chart: Chart;
}

/**
 * A report in the form of a reporter; ends with a newline. `asked`: the machines of the report, in its order. Sources are read for the lines of lcov; those that
 * cannot be read have none.
 */
export async function coverageText(
  report: CoverageReport,
  reporter: 'table' | 'json' | 'lcov' | 'mermaid',
  { asked, io, look }: { readonly asked: readonly AskedMachine[]; readonly io: Io; readonly look: Look },
): Promise<string> {
  switch (reporter) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'table':
      return renderCoverage(
        report,
        asked.map(({ chart }) => chart),
        look,
      );
    case 'mermaid':
      return asked.map(({ chart }, index) => coverageMermaid(chart, machineAt(report, index))).join('');
    case 'lcov':
      return lcovTracefile(
        await Promise.all(
          asked.map(async (each, index) => ({ coverage: machineAt(report, index), ...(await sourceOf(each, io)) })),
        ),
      );
  }
}

function machineAt({ machines }: CoverageReport, index: number): CoverageReport['machines'][number] {
  return machines[index] as CoverageReport['machines'][number];
}

/** Where a machine stands: the path of its file from the working directory, and the lines of its transitions. */
async function sourceOf(
  { name, chart }: AskedMachine,
  io: Io,
): Promise<{ readonly file: string; readonly lines: ReadonlyMap<string, number> | null }> {
  const named = ownMachines.has(name) ? `machines/${name}.ts` : name;
  const candidates = [named, named.slice(0, Math.max(0, named.lastIndexOf('#')))].filter((each) => each !== '');
  for (const candidate of candidates) {
    const source = await readFile(path.resolve(io.cwd, candidate), 'utf8').catch(() => null);
    if (source === null) continue;
    const file = path.relative(io.cwd, path.resolve(io.cwd, candidate)).split(path.sep).join('/');
    return { file, lines: await transitionLines(chart, source, candidate.endsWith('.json')) };
  }
  return { file: named, lines: null };
}
