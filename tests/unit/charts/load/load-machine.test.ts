import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { loadMachine } from '../../../../src/charts/load/load-machine.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const two = `import { createMachine } from 'xstate';
export const a = createMachine({ id: 'a', initial: 'x', states: { x: {} } });
export const b = createMachine({ id: 'b', initial: 'x', states: { x: {} } });
`;
const files: Readonly<Record<string, string>> = {
  'package.json': '{ "type": "module" }',
  'door.ts': `import { createMachine } from 'xstate';
import type { Size } from './size';
import { opened } from './names.js';
enum Key { Closed = 'closed' }
const size: Size = 1;
export const inputs = [size] as const;
export const events = [{ type: 'OPEN' }];
export const door = createMachine({ id: 'door', initial: Key.Closed, states: { closed: { on: { OPEN: opened } }, open: {} } });
`,
  'size.ts': 'export type Size = number;',
  'names.ts': "export const opened: string = 'open';",
  'two.mjs': two,
  'default.mjs': `${two}export default b;`,
  'none.mjs': 'export const a = 1;',
  'old.mjs': "export const a = { __xstatenode: true, withConfig() {}, initial: 'x' };",
  'throws.mjs': "throw new Error('it broke');",
  'samples.mjs': `${two}export default a; export const events = ['OPEN'];`,
  'config.json':
    '{ "id": "j", "initial": "x", "states": { "x": { "on": { "GO": { "target": "y", "guard": "may" } } }, "y": {} } }',
  'target.json': '{ "id": "j", "initial": "x", "states": { "x": { "on": { "GO": "nowhere" } } } }',
  'initial.json': '{ "id": "j", "initial": "nowhere", "states": { "x": {} } }',
  'past.json':
    '{ "id": "j", "initial": "x", "states": { "x": { "on": { "GO": "h" } }, "h": { "type": "history", "target": "nowhere" } } }',
  'list.json': '[]',
  'text.json': '{',
  'notes.txt': '',
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stateyard-load-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(ref: string): Promise<UserError> {
  const error: unknown = await loadMachine(ref, folder).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('takes', () => {
  it.each(['run', 'step', 'breaker'])('%s by its name', async (name) => {
    expect((await loadMachine(name, folder)).machine.id).toBe(name);
  });

  it('the only machine of a module, the default of several, and the one that is named', async () => {
    expect((await loadMachine('default.mjs', folder)).machine.id).toBe('b');
    expect((await loadMachine('./two.mjs#a', folder)).machine.id).toBe('a');
  });

  it('a configuration in JSON, whose guards are names', async () => {
    const { machine, samples } = await loadMachine('config.json', folder);
    expect(machine.id).toBe('j');
    expect(samples).toBeNull();
  });

  it('TypeScript with what it imports and its samples, in plain node', async () => {
    const outfile = path.join(folder, 'bundle.mjs');
    await build({
      entryPoints: [path.join(root, 'src/charts/load/load-machine.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    });
    const script = `import { loadMachine } from './bundle.mjs';
      const { machine, samples } = await loadMachine('door.ts', '.');
      console.log(JSON.stringify([machine.id, Object.keys(machine.states), samples]));`;
    const said = execFileSync('node', ['--input-type=module', '-e', script], { cwd: folder, encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual(['door', ['closed', 'open'], { inputs: [1], events: [{ type: 'OPEN' }] }]);
  });
});

describe('refuses', () => {
  it.each([
    ['nope', 4, 'machine_not_found', 'there is no machine nope'],
    ['./nope.ts', 4, 'machine_not_found', 'there is no file ./nope.ts'],
    ['two.mjs', 3, 'several_machines', 'two.mjs exports several machines: a, b'],
    ['two.mjs#', 3, 'several_machines', 'two.mjs# exports several machines: a, b'],
    ['two.mjs#c', 3, 'not_a_machine', 'two.mjs exports no machine c'],
    ['none.mjs', 3, 'not_a_machine', 'none.mjs exports no machine'],
    ['old.mjs', 3, 'not_xstate_5', 'old.mjs exports a machine of an XState before 5'],
    ['throws.mjs', 3, 'module_throws', 'throws.mjs cannot be loaded: it broke'],
    ['samples.mjs', 3, 'invalid_samples', 'the exports inputs and events of samples.mjs are not what they must be'],
    ['list.json', 3, 'not_a_machine', 'list.json holds no configuration of a machine: an object with states'],
    ['notes.txt', 3, 'not_a_machine', 'notes.txt is neither a module (.ts, .js) nor a .json file'],
  ])('%s with exit code %i and code %s', async (ref, exitCode, code, message) => {
    expect(await refusal(ref)).toMatchObject({ exitCode, code, message });
  });

  it.each(['initial.json', 'past.json'])('%s, in which a state is named that is not there', async (ref) => {
    const { exitCode, code, message } = await refusal(ref);
    expect([exitCode, code]).toEqual([3, 'invalid_machine']);
    expect(message).toMatch(/^[a-z]+\.json is refused by XState: .*nowhere/s);
  });

  it('JSON that is none, or that XState refuses, with the reason', async () => {
    expect(await refusal('text.json')).toMatchObject({ exitCode: 3, code: 'invalid_json' });
    expect((await refusal('target.json')).message).toMatch(/^target\.json is refused by XState: .*nowhere/s);
  });
});
