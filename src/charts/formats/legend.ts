import { statesOf, transitionsOf } from '../chart.ts';
import type { Chart, ChartState, ChartTransition } from '../chart.ts';

interface Sign {
  readonly text: string;
  readonly stateHas?: (state: ChartState) => boolean;
  readonly transitionHas?: (transition: ChartTransition) => boolean;
}

const signs: readonly Sign[] = [
  { text: '▸ it begins here', stateHas: ({ kind, initial }) => kind === 'compound' && initial !== null },
  { text: '◉ it ends here', stateHas: ({ kind }) => kind === 'final' },
  { text: '∥ its parts are active together', stateHas: ({ kind }) => kind === 'parallel' },
  { text: '↺ goes back to where it was', stateHas: ({ kind }) => kind === 'history' },
  { text: '#tag', stateHas: ({ tags }) => tags.length > 0 },
  { text: 'invoke: an actor that works while the state is active', stateHas: ({ invokes }) => invokes.length > 0 },
  { text: '→ where it goes', transitionHas: ({ targets }) => targets.length > 0 },
  { text: '(again): left and entered anew', transitionHas: ({ targets, reenter }) => targets.length > 0 && reenter },
  { text: '[guard] only if it says yes', transitionHas: ({ guard }) => guard !== null },
  { text: '[else] if no guard above did', transitionHas: ({ guard, index }) => guard === null && index > 0 },
  {
    text: '/ what is done',
    stateHas: ({ entry, exit }) => entry.length + exit.length > 0,
    transitionHas: ({ actions }) => actions.length > 0,
  },
  { text: 'always: at once, without an event', transitionHas: ({ kind }) => kind === 'always' },
  { text: 'done: the actor has ended', transitionHas: ({ kind }) => kind === 'invokeDone' },
  { text: 'error: the actor has failed', transitionHas: ({ kind }) => kind === 'invokeError' },
];

/** What the signs in the text of a chart mean, each that is in it once, on lines of at most so many columns. */
export function chartLegend(chart: Chart, columns: number): readonly string[] {
  const states = statesOf(chart);
  const transitions = transitionsOf(chart);
  const present = signs.filter(
    ({ stateHas = never, transitionHas = never }) => states.some(stateHas) || transitions.some(transitionHas),
  );
  const lines: string[] = [];
  for (const { text } of present) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + text.length <= columns) lines[lines.length - 1] = `${last}   ${text}`;
    else lines.push(text);
  }
  return lines;
}

function never(): boolean {
  return false;
}
