import type { Chart } from '../chart.ts';
import type { ChartFormat } from './format-names.ts';
import type { PromelaAssumptions } from './promela.ts';

type Write = (chart: Chart, assumptions: PromelaAssumptions) => Promise<string>;

// Each is loaded alone: the picture brings a layout engine with it.
const writers: Readonly<Record<ChartFormat, Write>> = {
  text: async (chart) => (await import('./text.ts')).chartText(chart),
  mermaid: async (chart) => (await import('./mermaid.ts')).chartMermaid(chart),
  svg: async (chart) => (await import('../drawing/draw-chart.ts')).drawChart(chart),
  json: async (chart) => (await import('./json.ts')).chartJson(chart),
  stately: async (chart) => (await import('./stately.ts')).statelySource(chart),
  scxml: async (chart) => (await import('./scxml.ts')).chartScxml(chart),
  promela: async (chart, assumptions) => (await import('./promela.ts')).chartPromela(chart, assumptions),
};

/**
 * A chart in one of its forms, as text that ends with a newline; the same chart gives the same text. `assumptions` are those of a model for SPIN; the other
 * formats have none.
 *
 * @throws UserError (exit code 1) where the chart has more configurations than a model can be written of.
 */
export function writeChart(chart: Chart, format: ChartFormat, assumptions: PromelaAssumptions = {}): Promise<string> {
  return writers[format](chart, assumptions);
}
