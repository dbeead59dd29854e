import { expect, test } from 'vitest';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { statesOf, transitionKey, transitionsOf } from '../../../src/charts/chart.ts';
import type { Chart, ChartTransition } from '../../../src/charts/chart.ts';
import { chartPromela } from '../../../src/charts/formats/promela.ts';
import { isIgnored } from '../../../src/charts/transition-words.ts';
import { machines } from './look-machines.ts';

interface Move {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly event: string;
}

interface Model {
  /** The innermost active states of each configuration. */
  readonly configurations: readonly (readonly string[])[];
  readonly moves: readonly Move[];
  readonly properties: readonly string[];
}

/** Reads the text of a model, apart from what writes it. */
function readModel(text: string): Model {
  const configurations = [...text.matchAll(/^\/\* (\d+): (.*) \*\/$/gm)].map(([, number, leaves = ''], index) => {
    expect(Number(number)).toBe(index);
    return leaves.split(', ');
  });
  const place = (number: string | undefined): readonly string[] => {
    const leaves = configurations[Number(number)];
    if (leaves === undefined) throw new Error(`there is no configuration ${String(number)}`);
    return leaves;
  };
  const move = /^ {2}:: atomic \{ at == (\d+)(?: && detours > 0)? -> (?:detours--; )?at = (\d+) \} \/\* (.*) \*\/$/gm;
  return {
    configurations,
    moves: [...text.matchAll(move)].map(([, from, to, event = '']) => ({ from: place(from), to: place(to), event })),
    properties: [...text.matchAll(/^ltl (\w+) /gm)].map(([, name = '']) => name),
  };
}

function isIn(leaves: readonly string[], path: string): boolean {
  return leaves.some((leaf) => leaf === path || leaf.startsWith(`${path}.`));
}

/** Whether a machine may go on from a state without an event: then a move that leads there ends elsewhere. */
function mayGoOn(chart: Chart, path: string): boolean {
  return transitionsOf(chart).some(({ kind, source }) => kind === 'always' && isIn([source], path));
}

function isInModel(transition: ChartTransition, chart: Chart, { configurations, moves }: Model): boolean {
  const { kind, event, source, targets } = transition;
  const arrives = (leaves: readonly string[]): boolean => targets.every((path) => isIn(leaves, path) || mayGoOn(chart, path));
  if (kind === 'always') return configurations.some(arrives);
  return moves.some((move) => move.event === event && isIn(move.from, source) && arrives(move.to));
}

const own = machines.filter(([name]) => ['run', 'step', 'breaker', 'bootstrap'].includes(name));

test.each(own)('the model of %s has every state and every transition', (_, machine) => {
  const chart = chartOf(machine);
  const model = readModel(chartPromela(chart));
  const leaves = statesOf(chart).filter(({ states }) => states.length === 0);
  // What is left at once is no place to be in.
  const resting = leaves.filter(({ transitions }) => !transitions.some(({ kind, guard }) => kind === 'always' && guard === null));
  expect(resting.filter(({ path }) => !model.configurations.some((active) => active.includes(path)))).toEqual([]);
  const taken = transitionsOf(chart).filter((transition) => !isIgnored(transition));
  expect(taken.filter((transition) => !isInModel(transition, chart, model)).map(transitionKey)).toEqual([]);
  expect(model.properties[0]).toBe('no_deadlock');
  expect(model.properties[1]).toMatch(/^always_(ends|returns)$/);
});

test('the model of a chart with everything has its regions, histories, delays and actors', () => {
  const chart = chartOf(machines.find(([name]) => name === 'odd')?.[1] as never);
  const { configurations, moves } = readModel(chartPromela(chart));
  expect(configurations.length).toBeGreaterThan(5);
  // One innermost state of each of the two regions; names are as they are written, but for what would end a comment.
  expect(configurations.filter((leaves) => leaves.length !== 2)).toEqual([]);
  const events = new Set(moves.map(({ event }) => event));
  for (const event of ['*', 'a.b', 'a.b.*', 'style', 'xstate.after.1000.odd one.left.idle', 'xstate.done.actor.other'])
    expect(events).toContain(event);
});
