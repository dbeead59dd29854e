import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { test, type Sandbox } from './sandbox.ts';

const packages = resolve(import.meta.dirname, '../../node_modules');

/** The machine of the tour in docs/machines.md, as it stands there, in a project with xstate. */
function door(box: Sandbox): string {
  const tour = readFileSync(resolve(import.meta.dirname, '../../docs/machines.md'), 'utf8');
  const source = /^```ts\n([^]*?)^```/m.exec(tour)?.[1] ?? '';
  mkdirSync(join(box.folder, 'node_modules'));
  symlinkSync(join(packages, 'xstate'), join(box.folder, 'node_modules/xstate'));
  box.write('door.ts', source);
  return tour;
}

describe.concurrent('a machine of a project', () => {
  test('is shown and verified as the tour says', async ({ box }) => {
    const tour = door(box);
    const tree = await box.cli('machines', 'door.ts');
    const verdict = await box.cli('verify', 'door.ts');
    const drawn = await box.cli('machines', 'door.ts', '--format', 'svg', '--out', 'door.svg');
    expect([tree.code, verdict.code, drawn.code, drawn.stderr]).toEqual([0, 0, 0, 'wrote door.svg\n']);
    expect(tour).toContain(`$ stateyard machines door.ts\n${tree.stdout}`);
    expect(tour).toContain(`$ stateyard verify door.ts\n${verdict.stdout}`);
    expect(readFileSync(join(box.folder, 'door.svg'), 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
  });

  test('fails with the way to a guard that never says yes', async ({ box }) => {
    door(box);
    // Without an end to its tries the context grows for ever: snapshots are counted as the same after the third.
    const bounded = 'export const keyOf = ({ value, context }: any) => JSON.stringify([value, Math.min(context.tries, 3)]);\n';
    box.write('strict.ts', `${box.read('door.ts').replace('>= 2', '< 0')}${bounded}`);
    const { code, stdout } = await box.cli('verify', 'strict.ts');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'error: the guard isLast of door.closed ENTER #2 never says true, with the inputs and events that are given\n',
    );
    expect(stdout).toContain('\n    start -> door.closed\n    ENTER -> door.closed\n');
  });

  test('is read from a module of each kind and from JSON, by the name of its export where there are several', async ({ box }) => {
    door(box);
    const config = "{ id: 'plain', initial: 'a', states: { a: { on: { GO: 'b' } }, b: { type: 'final' } } }";
    box.write('plain.cjs', `module.exports = require('xstate').createMachine(${config});\n`);
    box.write(
      'two.mjs',
      `import { createMachine } from 'xstate';\nconst one = createMachine(${config});\nexport { one, one as other };\n`,
    );
    const [cjs, named, several] = await Promise.all([
      box.cli('verify', 'plain.cjs'),
      box.cli('machines', 'two.mjs#other', '--format', 'json', '--out', 'plain.json'),
      box.cli('machines', 'two.mjs'),
    ]);
    expect([cjs.code, cjs.stdout.split('\n')[0], named.code]).toEqual([0, 'plain: passed', 0]);
    expect([several.code, several.stderr]).toEqual([
      3,
      'stateyard: two.mjs exports several machines: one, other\n  name one of them: two.mjs#one\n',
    ]);
    expect((await box.cli('verify', 'plain.json')).stdout).toBe(cjs.stdout);
  });

  test('is refused with exit code 3 where its module throws, as JSON where that is asked for', async ({ box }) => {
    box.write('broken.mjs', "throw new Error('it broke');\n");
    const { code, value } = await box.json('verify', 'broken.mjs');
    expect([code, value.error.code, value.error.message]).toEqual([3, 'module_throws', 'broken.mjs cannot be loaded: it broke']);
  });
});
