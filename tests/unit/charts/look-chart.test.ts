import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { statesOf, transitionKey, transitionsOf } from '../../../src/charts/chart.ts';
import { inlineMachine, machines } from './look-machines.ts';

type Config = { readonly [key: string]: unknown };

/** Counts the transitions in a configuration as it is written: apart from what is tested, on purpose. */
function written(config: Config): number {
  const count = (value: unknown): number => (value === undefined ? 0 : Array.isArray(value) ? value.length : 1);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const table = (value: unknown): number => sum(Object.values((value ?? {}) as Config).map(count));
  const invokes = [config['invoke'] ?? []].flat() as unknown as readonly Config[];
  return sum([
    table(config['on']),
    table(config['after']),
    count(config['always']),
    count(config['onDone']),
    ...invokes.map((invoke) => count(invoke['onDone']) + count(invoke['onError']) + count(invoke['onSnapshot'])),
    ...Object.values((config['states'] ?? {}) as Readonly<Record<string, Config>>).map(written),
  ]);
}

function writtenStates(config: Config): number {
  const children = Object.values((config['states'] ?? {}) as Readonly<Record<string, Config>>);
  return children.reduce((sum, child) => sum + writtenStates(child), 1);
}

test.each(machines)('holds every state and transition of %s, each under a key of its own, as JSON', (_, machine) => {
  const chart = chartOf(machine);
  const transitions = transitionsOf(chart);
  expect(transitions).toHaveLength(written(machine.config as Config));
  expect(new Set(transitions.map(transitionKey)).size).toBe(transitions.length);
  expect(statesOf(chart)).toHaveLength(writtenStates(machine.config as Config));
  expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
});

test('tells the kinds of transitions apart', () => {
  const odd = machines.find(([name]) => name === 'odd')?.[1] as AnyStateMachine;
  const transitions = transitionsOf(chartOf(odd));
  const kinds = transitions.map(({ kind, event, delay, guard, targets }) => [kind, event, delay, guard, targets.join()]);
  expect(kinds).toContainEqual(['wildcard', '*', null, null, '']);
  expect(kinds).toContainEqual(['wildcard', 'a.b.*', null, null, 'odd one.left.idle']);
  expect(kinds).toContainEqual(['after', 'xstate.after.1000.odd one.left.idle', '1000', null, 'odd one.left.end']);
  expect(kinds).toContainEqual(['after', 'xstate.after.later.odd one.left.idle', 'later', 'g', 'odd one.left.idle']);
  expect(kinds).toContainEqual(['always', '', null, 'h', 'odd one.right.a-b']);
  expect(kinds).toContainEqual(['done', 'xstate.done.state.named', null, null, 'odd one.right.end']);
  expect(kinds).toContainEqual(['invokeDone', 'xstate.done.actor.other', null, null, 'odd one.left.end,odd one.right.end']);
  expect(kinds).toContainEqual(['invokeError', 'xstate.error.actor.0.odd one.right.p', null, null, 'odd one.right.p']);
  expect(kinds).toContainEqual(['invokeSnapshot', 'xstate.snapshot.0.odd one.right.p', null, null, '']);
});

test('names what is written in place, and leaves out the timers that XState adds', () => {
  const chart = chartOf(inlineMachine);
  expect(chart.root.entry).toEqual(['raise(GO)', 'assign', 'shout', 'inline']);
  const [a, b] = chart.root.states;
  expect(a).toMatchObject({ entry: [], exit: [], invokes: [{ id: '0.inline.a', src: 'inline' }] });
  expect(b?.invokes).toEqual([{ id: '0.inline.b', src: 'inner' }]);
  const going = a?.transitions.filter(({ event }) => event === 'GO');
  expect(going?.map(({ guard }) => guard)).toEqual(['and(isReady, not(isLate))', 'inline', 'isLate']);
  expect(transitionsOf(chart).find(({ event }) => event === 'SPAWN')?.actions).toEqual(['spawnChild']);
});

test('says what a history stands for, and which id a state was given', () => {
  const states = statesOf(chartOf(machines.find(([name]) => name === 'odd')?.[1] as AnyStateMachine));
  const byKey = (key: string) => states.find((state) => state.key === key);
  expect(byKey('past')).toMatchObject({ kind: 'history', history: 'deep', initial: 'odd one.left.idle' });
  expect(byKey('recent')).toMatchObject({ kind: 'history', history: 'shallow', initial: null });
  expect(byKey('right')).toMatchObject({ id: 'named', path: 'odd one.right', initial: 'odd one.right.p' });
  expect(chartOf(createMachine({})).root).toMatchObject({ kind: 'atomic', initial: null, transitions: [] });
});
