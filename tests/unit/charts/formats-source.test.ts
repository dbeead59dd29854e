import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import * as prettier from 'prettier';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { chartJson } from '../../../src/charts/formats/json.ts';
import { statelySource } from '../../../src/charts/formats/stately.ts';
import { machines } from './look-machines.ts';

let folder = '';
let written = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(import.meta.dirname, '../../../node_modules/.stateyard-charts-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** What a module exports that has only its text: it finds xstate where every package finds it. */
async function importText(source: string): Promise<readonly unknown[]> {
  const { code } = await transform(source, { loader: 'ts', format: 'esm' });
  written += 1;
  const file = path.join(folder, `${String(written)}.mjs`);
  await writeFile(file, code);
  return Object.values((await import(/* @vite-ignore */ pathToFileURL(file).href)) as object);
}

test.each(machines)('the JSON of %s is loaded again as the same chart', (_, machine) => {
  const chart = chartOf(machine);
  const text = chartJson(chart);
  expect(chartOf(createMachine(JSON.parse(text)))).toEqual(chart);
  expect(chartJson(chart)).toBe(text);
});

test.each(machines)(
  'the Stately source of %s is one module, formatted, that is loaded again as the same chart',
  async (_, machine) => {
    const chart = chartOf(machine);
    const source = statelySource(chart);
    expect(source.match(/\bfrom '[^']+'/g)).toEqual([`from 'xstate'`]);
    const options = { parser: 'typescript', singleQuote: true, printWidth: 130, trailingComma: 'all' } as const;
    expect(await prettier.format(source, options)).toBe(source);
    const [loaded, ...others] = await importText(source);
    expect(others).toEqual([]);
    expect(chartOf(loaded as AnyStateMachine)).toEqual(chart);
  },
);

test('the machine of a Stately source can be played with', async () => {
  const machine = createMachine({
    id: '2 lights',
    initial: 'red',
    states: { red: { on: { GO: 'green' } }, green: { after: { slow: 'red' } } },
  });
  const source = statelySource(chartOf(machine));
  expect(source).toContain("events: {} as { type: 'GO' }");
  expect(source).toContain('slow: 1000');
  expect(source).toContain('export const chart2LightsMachine = setup({');
  const [loaded] = await importText(source);
  expect((loaded as AnyStateMachine).id).toBe('2 lights');
});
