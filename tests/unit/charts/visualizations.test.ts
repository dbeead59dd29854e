import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { statesOf, transitionKey, transitionsOf } from '../../../src/charts/chart.ts';
import type { Chart } from '../../../src/charts/chart.ts';
import { ownMachines } from '../../../src/charts/load/own-machines.ts';
import { transitionLabel } from '../../../src/charts/transition-words.ts';
import { breakerMachine } from '../../../visualizations/breaker.stately.ts';
import { bootstrapMachine } from '../../../visualizations/bootstrap.stately.ts';
import { runMachine } from '../../../visualizations/run.stately.ts';
import { stepMachine } from '../../../visualizations/step.stately.ts';
import { readMermaid } from './read-mermaid.ts';
import { readXml, within } from './read-xml.ts';

const folder = path.join(import.meta.dirname, '../../../visualizations');
const names = [...ownMachines.keys()];
// Imported as they stand, so that the type check reads them too.
const sources: Readonly<Record<string, AnyStateMachine>> = {
  run: runMachine,
  step: stepMachine,
  breaker: breakerMachine,
  bootstrap: bootstrapMachine,
};

async function chartOfOwn(name: string): Promise<Chart> {
  const own = ownMachines.get(name);
  if (own === undefined) throw new Error(`there is no machine ${name}`);
  return chartOf(await own.load());
}

const fileOf = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');

describe('the folder of visualizations', () => {
  it('holds four files of every machine of ours, and nothing else', async () => {
    const endings = ['.stately.ts', '.json', '.mmd', '.svg'];
    const wanted = names.flatMap((name) => endings.map((ending) => `${name}${ending}`));
    expect((await readdir(folder)).sort()).toEqual(wanted.sort());
    expect(Object.keys(sources).sort()).toEqual([...names].sort());
  });

  it.each(names)('has %s as JSON that XState loads as the same chart', async (name) => {
    expect(chartOf(createMachine(JSON.parse(await fileOf(`${name}.json`))))).toEqual(await chartOfOwn(name));
  });

  it.each(names)('has %s as a module that imports xstate alone, and loads as the same chart', async (name) => {
    expect((await fileOf(`${name}.stately.ts`)).match(/\bfrom '[^']+'/g)).toEqual([`from 'xstate'`]);
    expect(chartOf(sources[name] as AnyStateMachine)).toEqual(await chartOfOwn(name));
  });

  it.each(names)('has %s as a diagram of Mermaid with every state and every transition', async (name) => {
    const chart = await chartOfOwn(name);
    const diagram = readMermaid(await fileOf(`${name}.mmd`));
    const shown = [...diagram.names.values()];
    const keys = statesOf(chart).map(({ key }) => key);
    // A root with nothing to say is not drawn.
    expect(keys.slice(1).filter((key) => !shown.includes(key))).toEqual([]);
    const targets = transitionsOf(chart).reduce((sum, transition) => sum + transition.targets.length, 0);
    expect(diagram.arrows).toHaveLength(targets);
    const staying = transitionsOf(chart).filter((transition) => transition.targets.length === 0);
    const lines = diagram.lines.map(([, text]) => text.replace(/ is ignored$/, ''));
    expect(staying.map(transitionLabel).filter((label) => !lines.includes(label))).toEqual([]);
  });

  it.each(names)('has %s as a picture with every state and every transition', async (name) => {
    const chart = await chartOfOwn(name);
    const elements = within(readXml(await fileOf(`${name}.svg`)));
    const drawn = (attribute: string): Set<string | undefined> =>
      new Set(elements.map((element) => element.attributes[attribute]).filter((value) => value !== undefined));
    expect(drawn('data-state')).toEqual(new Set(statesOf(chart).map((state) => state.path)));
    expect(drawn('data-transition')).toEqual(new Set(transitionsOf(chart).map(transitionKey)));
  });
});
