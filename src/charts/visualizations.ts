import { chartOf } from './chart-of.ts';
import type { ChartFormat } from './formats/format-names.ts';
import { writeChart } from './formats/formats.ts';
import { ownMachines } from './load/own-machines.ts';

const endings: readonly (readonly [ChartFormat, string])[] = [
  ['stately', '.stately.ts'],
  ['json', '.json'],
  ['mermaid', '.mmd'],
  ['svg', '.svg'],
];

/** The files of the folder visualizations/, by their path in the repository: each of our own machines as source for Stately, as JSON, as Mermaid and drawn. */
export async function visualizations(): Promise<readonly (readonly [file: string, text: string])[]> {
  const files: (readonly [string, string])[] = [];
  for (const [name, { load, assumptions }] of ownMachines) {
    const chart = chartOf(await load());
    for (const [format, ending] of endings) {
      files.push([`visualizations/${name}${ending}`, await writeChart(chart, format, assumptions)]);
    }
  }
  return files;
}
