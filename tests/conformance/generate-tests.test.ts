import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { describe, expect } from 'vitest';
import { compiledTest } from '../mutants/generated-test.ts';
import { test, type Sandbox } from './sandbox.ts';

const packages = resolve(import.meta.dirname, '../../node_modules');

/** The machine of the tour in docs/machines.md, as it stands there, in a project with xstate. */
function door(box: Sandbox): void {
  const tour = readFileSync(resolve(import.meta.dirname, '../../docs/machines.md'), 'utf8');
  mkdirSync(join(box.folder, 'node_modules'));
  symlinkSync(join(packages, 'xstate'), join(box.folder, 'node_modules/xstate'));
  box.write('door.ts', /^```ts\n([^]*?)^```/m.exec(tour)?.[1] ?? '');
}

const light = {
  id: 'light',
  initial: 'on',
  states: { on: { on: { OFF: { target: 'off', guard: 'mayRest' } } }, off: { type: 'final' } },
};

describe.concurrent('generate-tests', () => {
  test('writes a test once, holds it fresh, and fails with exit code 1 where the machine has changed', async ({ box }) => {
    door(box);
    mkdirSync(join(box.folder, 'tests'));
    const command = ['generate-tests', 'door.ts', '--out', 'tests/door.test.ts'];
    const written = await box.cli(...command);
    const again = await box.cli(...command);
    const fresh = await box.cli(...command, '--check');
    const told = '2 paths with 5 events meet 8 of 8 aims\n';
    expect([written, again, fresh].map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, `tests/door.test.ts: written\n${told}`],
      [0, `tests/door.test.ts: as it was\n${told}`],
      [0, `tests/door.test.ts: fresh\n${told}`],
    ]);
    expect(box.read('tests/door.test.ts')).toContain("import { doorMachine } from '../door.ts';\n");
    const text = box.read('tests/door.test.ts');
    box.write('door.ts', box.read('door.ts').replace('>= 2', '>= 1'));
    const stale = await box.json(...command, '--check');
    expect([stale.code, stale.value.fresh, stale.value.written]).toEqual([1, false, false]);
    expect(box.read('tests/door.test.ts')).toBe(text);
  });

  test('drives the configuration of a .json file, and answers for what it only names', async ({ box }) => {
    box.write('light.json', JSON.stringify(light));
    const { code, value } = await box.json('generate-tests', 'light.json', '--out', 'light.test.ts');
    expect([code, value.machine, value.missed]).toEqual([0, 'light', []]);
    const text = box.read('light.test.ts');
    expect(text).toContain("import config from './light.json' with { type: 'json' };\n");
    expect(
      compiledTest(text.replace('createMachine(config as never)', 'config'))(createMachine(light as never) as AnyStateMachine),
    ).toBeNull();
  });

  test('names what it cannot bring about, and what would help', async ({ box }) => {
    door(box);
    box.write('bare.ts', box.read('door.ts').replace(/^export const (inputs|events).*$/gm, ''));
    const { code, stdout, stderr } = await box.cli('generate-tests', 'bare.ts', '--out', 'bare.test.ts');
    expect([code, stdout]).toEqual([0, expect.stringContaining('not met: ') as string]);
    expect(stderr).toContain('hint: events were sent with nothing but their type');
  });

  test('refuses what it cannot do, with nothing written', async ({ box }) => {
    door(box);
    box.write(
      'dice.ts',
      `import { assign, createMachine } from 'xstate';
export const dice = createMachine({ context: { n: 0 }, on: { ROLL: { actions: assign({ n: () => Math.random() }) } } });
`,
    );
    const refused = await Promise.all([
      box.json('generate-tests', 'nowhere', '--out', 'x.test.ts'),
      box.json('generate-tests', 'run', '--out', 'x.test.ts'),
      box.json('generate-tests', 'dice.ts', '--out', 'x.test.ts'),
      box.json('generate-tests', 'door.ts', '--out', 'x.test.js'),
      box.json('generate-tests', 'door.ts', '--out', 'door.ts'),
      box.json('generate-tests', 'door.ts', '--out', 'missing/x.test.ts'),
    ]);
    expect(refused.map(({ code, value }) => [code, value.error.code])).toEqual([
      [4, 'machine_not_found'],
      [4, 'machine_not_here'],
      [3, 'not_deterministic'],
      [2, 'wrong_value'],
      [2, 'wrong_value'],
      [1, 'file_not_written'],
    ]);
    expect(readdirSync(box.folder).filter((name) => name.startsWith('x'))).toEqual([]);
    expect(box.read('door.ts')).toContain('createMachine');
  });
});
