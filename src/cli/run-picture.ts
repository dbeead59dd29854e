import { runMachine } from '../../machines/run.ts';
import type { RunDetails } from '../../schemas/cli/run-details.ts';
import { chartOf } from '../charts/chart-of.ts';
import type { ChartState } from '../charts/chart.ts';
import { drawChart } from '../charts/drawing/draw-chart.ts';
import type { StoredEvent } from '../history/history-rows.ts';
import { takenTransitions } from '../history/taken-transitions.ts';
import { describeStepState } from './explain/state-words.ts';

const mostSteps = 12;
const ends = new Set(['waiting', 'succeeded', 'failed', 'canceled', 'skipped']);

/**
 * The chart of a run as SVG: where it stands is lit, with the steps that are under way there in words, and each transition says how often it was taken.
 * `events` are all of the run's, oldest first.
 */
export function runPicture({ run, chart_state: state, steps }: RunDetails, events: readonly StoredEvent[]): Promise<string> {
  const chart = chartOf(runMachine);
  const leaf = `${chart.root.path}.${state ?? run.state}`;
  const parts = leaf.split('.');
  const lit = parts.slice(1).map((_, index) => parts.slice(0, index + 2).join('.'));
  const underWay = steps.filter((step) => !ends.has(step.state));
  const told = underWay.slice(0, mostSteps).map((step) => `${step.step_id} ${describeStepState(step.state)}`);
  if (underWay.length > told.length) told.push(`and ${underWay.length - told.length} more`);
  return drawChart({ ...chart, root: withLines(chart.root, leaf, told) }, { lit, taken: takenTransitions(chart, events) });
}

/** The steps are what runs in the state, as invoked actors are in others: they stand in its box. */
function withLines(state: ChartState, path: string, lines: readonly string[]): ChartState {
  if (state.path === path) return { ...state, invokes: [...state.invokes, ...lines.map((text) => ({ id: text, src: text }))] };
  return { ...state, states: state.states.map((child) => withLines(child, path, lines)) };
}
