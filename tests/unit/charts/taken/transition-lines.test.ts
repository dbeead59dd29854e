import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../../../src/charts/chart-of.ts';
import { transitionKey, transitionsOf } from '../../../../src/charts/chart.ts';
import { transitionLines } from '../../../../src/charts/taken/transition-lines.ts';
import { ownMachines } from '../../../../src/charts/load/own-machines.ts';

const config = {
  id: 'box',
  initial: 'a',
  on: { STOP: '.b' },
  states: {
    a: {
      always: [
        { guard: 'x', target: 'b' },
        { guard: 'y', target: 'c' },
      ],
      after: { 1000: 'b', slow: 'c' },
      invoke: [
        { id: 'one', src: 'work', onDone: 'b' },
        { id: 'two', src: 'work', onError: 'c' },
      ],
      on: { 'GO.*': 'b', STAY: { actions: 'note' } },
    },
    b: {
      initial: 'd',
      states: { d: { type: 'final' } },
      onDone: 'c',
    },
    c: { on: { MORE: 'a' } },
  },
};
const chart = chartOf(createMachine(config as never));

/** The text of the line of each transition. */
async function textOf(source: string, isJson = false): Promise<Record<string, string> | null> {
  const lines = await transitionLines(chart, source, isJson);
  const rows = source.split('\n');
  return lines && Object.fromEntries([...lines].map(([key, line]) => [key, rows[line - 1]?.trim() ?? '']));
}

const module = `import { setup } from 'xstate';
type Config = { states: { a: { on: { STAY: string } } } };
const pattern = /[{}\\]'"]/;
const text = \`\${{ states: { a: 1 } }.states.a} }} {\`;
const more = { on: { MORE: 'a' } };
export const other = setup({}).createMachine({ id: 'other', states: { a: { on: { STAY: {} } } } });
export const box = setup({ actions: { note: () => ({ states: {} }) } }).createMachine({
  id: 'box',
  initial: 'a',
  on: { STOP: '.b' },
  states: {
    a: {
      always: [
        { guard: 'x', target: 'b' },
        { guard: { type: 'y', params: ({ context }: { context: { on: 1 } }) => [context, 1, 2] }, target: 'c' },
      ],
      after: {
        1_000: 'b',
        slow: 'c',
      },
      invoke: [
        { id: 'one', src: 'work',
          onDone: 'b' },
        { id: 'two', src: 'work',
          onError: 'c' },
      ],
      on: {
        'GO.*': 'b',
        "STAY": { actions: 'note' },
      },
    },
    b: {
      initial: 'd',
      states: { d: { type: 'final' } },
      onDone: 'c',
    },
    c: { ...more },
  },
});
`;

describe('transitionLines', () => {
  it('finds each transition of a module where it is written, and those that are not written in their state at the state', async () => {
    expect(await textOf(module)).toEqual({
      'box STOP 0': "on: { STOP: '.b' },",
      'box.a  0': "{ guard: 'x', target: 'b' },",
      'box.a  1': "{ guard: { type: 'y', params: ({ context }: { context: { on: 1 } }) => [context, 1, 2] }, target: 'c' },",
      'box.a GO.* 0': "'GO.*': 'b',",
      'box.a STAY 0': '"STAY": { actions: \'note\' },',
      'box.a xstate.done.actor.one 0': "onDone: 'b' },",
      'box.a xstate.error.actor.two 0': "onError: 'c' },",
      'box.a xstate.after.1000.box.a 0': "1_000: 'b',",
      'box.a xstate.after.slow.box.a 0': "slow: 'c',",
      'box.b xstate.done.state.box.b 0': "onDone: 'c',",
      'box.c MORE 0': 'c: { ...more },',
    });
  });

  it('finds them in a file of JSON', async () => {
    const found = await textOf(JSON.stringify(config, null, 2), true);
    expect(found).toMatchObject({ 'box STOP 0': '"STOP": ".b"', 'box.a GO.* 0': '"GO.*": "b",', 'box.c MORE 0': '"MORE": "a"' });
  });

  it('takes the only configuration of a file that has no id', async () => {
    const nameless = chartOf(
      createMachine({ initial: 'a', states: { a: { initial: 'b', on: { X: '.b' }, states: { b: {} } } } }),
    );
    const source =
      "export default createMachine({\n  initial: 'a',\n  states: { a: { initial: 'b',\n    on: { X: '.b' }, states: { b: {} } } },\n});";
    expect([...((await transitionLines(nameless, source, false)) ?? [])]).toEqual([[`${nameless.id}.a X 0`, 4]]);
  });

  it.each([
    ['the machine is written elsewhere', "export { box } from './box.ts';"],
    ['there are several and none has the id', 'make({ states: {} }); make({ states: {} });'],
    ['the file cannot be parsed', 'const = {'],
  ])('knows no lines where %s', async (_, source) => {
    expect(await textOf(source)).toBeNull();
  });

  it('finds every transition of our run and step on a line of its own that names its event or its target', async () => {
    for (const [name, own] of [...ownMachines].slice(0, 2)) {
      const mine = chartOf(await own.load());
      const source = await readFile(path.resolve(import.meta.dirname, `../../../../machines/${name}.ts`), 'utf8');
      const lines = await transitionLines(mine, source, false);
      const missing = transitionsOf(mine).filter((transition) => lines?.get(transitionKey(transition)) === undefined);
      expect(missing).toEqual([]);
      const rows = source.split('\n');
      const odd = transitionsOf(mine).filter((transition) => {
        const row = rows[(lines?.get(transitionKey(transition)) ?? 0) - 1] ?? '';
        const word = transition.event.replace(/^xstate\.(?:done|error)\.actor\.(?!.*\*).*/, 'on');
        return transition.index === 0 && word !== '' && !row.includes(word) && !/^\s*\{/.test(row) && !/always/.test(row);
      });
      expect(odd.map(transitionKey)).toEqual([]);
    }
  });
});
