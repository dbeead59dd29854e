import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { format, resolveConfig } from 'prettier';
import { assign, createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { coverPlan } from '../../../../src/charts/cover/cover-plan.ts';
import { testSource } from '../../../../src/charts/cover/test-source.ts';
import type { Json } from '../../../../src/charts/formats/machine-config.ts';
import { sourceLiteral } from '../../../../src/charts/formats/source-literal.ts';
import type { Samples } from '../../../../src/charts/verify/guards-said.ts';
import { compiledTest } from '../../../mutants/generated-test.ts';
import { brokenMachine, userMachines } from './cover-machines.ts';

const imported = {
  file: '/project/machine.ts',
  statement: "import { door } from './machine.ts';",
  expression: 'door',
  isConfiguration: false,
};

function sourceOf(machine: AnyStateMachine, samples: Samples | null): string {
  return testSource(machine, coverPlan(machine, samples), imported);
}

const texts = new Map(userMachines.map(([name, machine, samples]) => [name, sourceOf(machine, samples)]));

async function prettierOf(text: string): Promise<string> {
  return await format(text, { ...(await resolveConfig(import.meta.filename)), parser: 'typescript' });
}

describe.each(userMachines)('the test of the machine %s', (name, machine, samples) => {
  const plan = coverPlan(machine, samples);
  const text = testSource(machine, plan, imported);

  it('meets everything, passes, and performs no effect', () => {
    expect(plan).toMatchObject({ missed: [], boundMet: false });
    expect(compiledTest(text)(machine)).toBeNull();
  });

  it('is the same text again, as Prettier writes it', async () => {
    expect(texts.get(name)).toBe(text);
    expect(await prettierOf(text)).toBe(text);
  });

  it('fails for a machine that goes otherwise', () => {
    const other = createMachine({ ...machine.config, initial: Object.keys(machine.states)[1] } as never) as AnyStateMachine;
    expect(compiledTest(text)(other.provide(machine.implementations as never) as AnyStateMachine)).toMatch(/^1: start/);
  });
});

describe('a generated test', () => {
  it('names what no path meets, and passes all the same', () => {
    const text = sourceOf(brokenMachine, null);
    expect(text).toContain(
      [
        '// Paths: 1. They meet 3 of 6 aims: that each transition is taken, and each guard says yes and no.',
        '// Not met: broken.a BAD 0 is taken.',
        '// Not met: broken.b  0 is taken.',
        '// Not met: the guard of broken.b  0 says true.',
      ].join('\n'),
    );
    expect(compiledTest(text)(brokenMachine)).toBeNull();
  });

  it('holds what the actions would have done, the emitted events and the messages, and how long a delay takes', () => {
    expect(texts.get('order')).toContain("did: ['beep', '(anonymous)'],");
    expect(texts.get('order')).toContain("'emit late'");
    expect(texts.get('order')).toMatch(/heard: \[\n +\{\n +to: 'first',\n +event: \{ type: 'SHIP' \},\n/);
    expect(texts.get('order')).toContain('afterMs: 20,');
  });

  it('tells the transitions by more than their names: a path whose context differs fails', () => {
    const counter = (by: number): AnyStateMachine =>
      createMachine({
        id: 'counter',
        context: { count: 0 },
        on: { ADD: { actions: assign({ count: ({ context }) => (context as { count: number }).count + by }) } },
      }) as AnyStateMachine;
    const passes = compiledTest(sourceOf(counter(1), null));
    expect([passes(counter(1)), passes(counter(2))]).toEqual([null, '1: start, ADD']);
  });

  it('is what stands in tests/paths/generated for a machine of ours', async () => {
    const text = readFileSync(new URL('../../../paths/generated/breaker.test.ts', import.meta.url), 'utf8');
    expect(await prettierOf(text)).toBe(text);
    expect(text).toContain('// Written by stateyard generate-tests;');
  });
});

describe('a literal', () => {
  it('of any JSON is laid out as Prettier does it', async () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("it's", 'a "b"', `it's "b"`, '文'.repeat(60), 'word '.repeat(24)));
    const json = fc.letrec<{ any: Json }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(true, null),
        fc.array(fc.integer(), { maxLength: 40 }),
        fc.array(tie('any'), { maxLength: 5 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'name', 'some-key')), tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    const list = fc.sample(fc.dictionary(fc.constantFrom('a', 'steps', 'c-c'), json, { minKeys: 1 }), { numRuns: 150, seed: 6 });
    const source = list.map((value) => `use(${sourceLiteral(JSON.parse(JSON.stringify(value)) as Json)});\n`).join('');
    expect(await prettierOf(source)).toBe(source);
  });
});
