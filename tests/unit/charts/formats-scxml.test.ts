import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { statesOf } from '../../../src/charts/chart.ts';
import type { ChartState } from '../../../src/charts/chart.ts';
import { chartScxml } from '../../../src/charts/formats/scxml.ts';
import { scxmlEvent, scxmlName } from '../../../src/charts/formats/scxml-names.ts';
import { machines } from './look-machines.ts';
import { readXml, within } from './read-xml.ts';
import type { Element } from './read-xml.ts';

const stateTags = new Set(['state', 'parallel', 'final', 'history']);

/** The elements of the states of a document, by id. */
function statesIn(text: string): ReadonlyMap<string, Element> {
  const elements = within(readXml(text)).filter(({ name }) => stateTags.has(name));
  return new Map(elements.map((element) => [element.attributes['id'] ?? '', element]));
}

function transitionsIn(element: Element): readonly Element[] {
  return element.children.filter(({ name }) => name === 'transition');
}

function actionsIn(element: Element | undefined): readonly unknown[] {
  return (element?.children ?? []).flatMap(({ name, attributes: { label, expr, event } }) => {
    if (name === 'raise') return [`raise(${event ?? ''})`];
    return name === 'log' && label === 'action' ? [JSON.parse(expr ?? '')] : [];
  });
}

test.each(machines)('the SCXML of %s has every state and transition, with guards, actions and actors', (_, machine) => {
  const chart = chartOf(machine);
  const elements = statesIn(chartScxml(chart));
  const states = statesOf(chart);
  const isRootState = elements.has(scxmlName(chart.id));
  expect([...elements.keys()].sort()).toEqual(
    states
      .filter((one) => isRootState || one !== chart.root)
      .map(({ path }) => scxmlName(path))
      .sort(),
  );
  for (const state of states) {
    const element = elements.get(scxmlName(state.path));
    if (element !== undefined && state.kind !== 'history') expectSame(element, state);
  }
});

function expectSame(element: Element, state: ChartState): void {
  expect(element.name).toBe(state.kind === 'parallel' || state.kind === 'final' ? state.kind : 'state');
  const described = (event: string, guard: string | null, actions: readonly unknown[]): string =>
    JSON.stringify([event, guard, actions]);
  const shown = transitionsIn(element).map((transition) => {
    const { event = '', cond = '' } = transition.attributes;
    const guard = /guards(?:\.([\w$]+)|\[(".*")\])$/su.exec(cond);
    const name = guard === null ? null : (guard[1] ?? (JSON.parse(guard[2] ?? '') as string));
    return described(event, name, actionsIn(transition));
  });
  for (const { event, guard, actions } of state.transitions)
    expect(shown).toContain(described(scxmlEvent(event), guard, actions));
  expect(actionsIn(element.children.find(({ name }) => name === 'onentry'))).toEqual(state.entry);
  expect(actionsIn(element.children.find(({ name }) => name === 'onexit'))).toEqual(state.exit);
  const invokes = element.children.filter(({ name }) => name === 'invoke').map(({ attributes }) => attributes['src']);
  expect(invokes).toEqual(state.invokes.map(({ src }) => src));
}

test('a delay is sent on entry and canceled on exit, once for all that wait for it', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { after: { 10: [{ target: 'b', guard: 'g' }, { target: 'a' }], slow: 'b' } }, b: { entry: 'shout' } },
  });
  const text = chartScxml(chartOf(machine));
  const a = statesIn(text).get('m.a');
  const sent = within(a as Element).filter(({ name }) => name === 'send');
  expect(sent.map(({ attributes }) => [attributes['event'], attributes['delay'], attributes['delayexpr']])).toEqual([
    ['xstate.after.10.m.a', '10ms', undefined],
    ['xstate.after.slow.m.a', undefined, 'delays.slow + "ms"'],
  ]);
  const canceled = within(a as Element).filter(({ name }) => name === 'cancel');
  expect(canceled.map(({ attributes }) => attributes['sendid'])).toEqual(sent.map(({ attributes }) => attributes['id']));
});

test('keeps what XState means where SCXML means something else', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        initial: 'x',
        on: { '*': 'end', 'go.*': 'a', go: '.y', 'go.on': '.x', SELF: { target: 'a', reenter: true } },
        states: { x: { on: { STAY: 'x' } }, y: {} },
      },
      end: { type: 'final' },
    },
  });
  const states = statesIn(chartScxml(chartOf(machine)));
  expect(states.has('m')).toBe(false);
  const shown = transitionsIn(states.get('m.a') as Element).map(({ attributes }) => attributes);
  expect(shown).toEqual([
    // The exact name alone, where SCXML would also take go.on; wildcards last, whatever order they were written in.
    { event: 'go', cond: '_event.name === "go"', target: 'm.a.y', type: 'internal' },
    { event: 'go.on', target: 'm.a.x', type: 'internal' },
    { event: 'SELF', target: 'm.a' },
    // A compound state that stays in itself begins anew inside.
    { event: 'go.*', target: 'm.a.x', type: 'internal' },
    { event: '*', target: 'm.end' },
  ]);
  expect(transitionsIn(states.get('m.a.x') as Element).map(({ attributes }) => attributes)).toEqual([{ event: 'STAY' }]);
});

test('a root that takes events takes none after the end', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    on: { E: '.a' },
    states: { a: { on: { F: 'end' } }, end: { type: 'final' } },
  });
  const states = statesIn(chartScxml(chartOf(machine)));
  expect(transitionsIn(states.get('m') as Element)[0]?.attributes).toMatchObject({ event: 'E', cond: '!ended' });
  expect(within(states.get('m.end') as Element).at(-1)).toMatchObject({
    name: 'assign',
    attributes: { location: 'ended', expr: 'true' },
  });
});

test('different names stay different, and are names of XML', () => {
  const names = ['a b', 'a_b', 'a_x0020_b', 'a.b', '1', '_x0031_', '', 'é-"', '-', '.'];
  expect(new Set(names.map(scxmlName)).size).toBe(names.length);
  for (const name of names.filter((one) => one !== '')) expect(scxmlName(name)).toMatch(/^[\p{L}_][\p{L}\p{N}_.-]*$/u);
  expect(scxmlEvent('xstate.done.state.a.b')).toBe('done.state.a.b');
  expect(scxmlEvent('xstate.done.actor.step.*')).toBe('done.invoke.step.*');
  expect(scxmlEvent('xstate.error.actor.x y')).toBe('error.invoke.x_x0020_y');
  expect(scxmlEvent('*')).toBe('*');
});
