import type { Chart } from '../chart.ts';
import { machineConfig } from './machine-config.ts';

/** The chart as JSON text that `createMachine(JSON.parse(text))` of XState 5 takes: see {@link machineConfig}. Ends with a newline. */
export function chartJson(chart: Chart): string {
  return `${JSON.stringify(machineConfig(chart), null, 2)}\n`;
}
