import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect } from 'vitest';
import { test, type Sandbox } from './sandbox.ts';

const root = resolve(import.meta.dirname, '../..');

/** A code block of a page, by what stands in it. */
function block(page: string, language: string, words: string): string {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const found = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);
  return found.find((code) => code.includes(words)) ?? '';
}

/** Runs a module in the project, with a folder for records. */
async function runModule(box: Sandbox, name: string): Promise<void> {
  const env = { ...process.env, STATEYARD_COVERAGE: 'coverage/charts' };
  await promisify(execFile)(process.execPath, [name], { cwd: box.folder, env });
}

/** As much of vitest as generated tests use: they run at once, one after the other, and compare nothing. */
const vitestAtOnce = `
  export const test = { each: (rows) => (_, body) => rows.forEach((row) => body(row)) };
  const compared = () => ({ toEqual() {} });
  export const expect = Object.assign(compared, { getState: () => ({ testPath: process.argv[1] }) });
  export const afterAll = (body) => process.on('exit', body);
`;

describe.concurrent('coverage', () => {
  test('finds that the generated tests of our own machines take all that can be taken', async ({ box }) => {
    const own = ['run', 'step', 'breaker', 'bootstrap'];
    box.write('vitest.mjs', vitestAtOnce);
    await build({
      entryPoints: own.map((name) => join(root, `tests/paths/generated/${name}.test.ts`)),
      outdir: box.folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      alias: { vitest: join(box.folder, 'vitest.mjs') },
      logLevel: 'error',
    });
    box.write('all.mjs', own.map((name) => `import './${name}.test.mjs';\n`).join(''));
    await runModule(box, 'all.mjs');
    const { code, stdout } = await box.cli('coverage', '--min', '100');
    expect(stdout).toMatch(/^tests 4 records in coverage\/charts\n/);
    expect(stdout.match(/^(?:run|step|breaker|bootstrap) .* 100\.0 %$/gm)).toHaveLength(4);
    expect(code).toBe(0);
  });

  test('counts what tests record by the code of docs/coverage.md, and writes what LCOV reads', async ({ box }) => {
    mkdirSync(join(box.folder, 'node_modules'));
    symlinkSync(join(root, 'node_modules/xstate'), join(box.folder, 'node_modules/xstate'));
    const withoutTypes = block('machines.md', 'ts', 'doorMachine').replace(/^ {2}types: \{[^]*?^ {2}\},\n/m, '');
    box.write('door.mjs', withoutTypes);
    box.write('record.mjs', block('coverage.md', 'js', 'export function recordTransitions'));
    box.write(
      'tests.mjs',
      `import { createActor } from 'xstate';
       import { doorMachine } from './door.mjs';
       import { recordTransitions } from './record.mjs';
       const { inspect, write } = recordTransitions(doorMachine, 'by-hand');
       const actor = createActor(doorMachine, { inspect, input: { code: '1234' } }).start();
       for (const event of [{ type: 'ENTER', code: '0' }, { type: 'ENTER', code: '1234' }, { type: 'CLOSE' }]) actor.send(event);
       write();`,
    );
    await runModule(box, 'tests.mjs');
    const { code, stdout, stderr } = await box.cli('coverage', 'door.mjs', '--min', '100');
    expect(code).toBe(1);
    const shown = block('coverage.md', 'console', 'stateyard coverage door.ts');
    expect(shown).toContain(`${stdout}${stderr}`);
    expect(JSON.parse(box.read('coverage/charts/by-hand.json'))).toEqual(JSON.parse(block('coverage.md', 'json', '"taken"')));

    const traced = await box.cli('coverage', 'door.mjs', '--reporter', 'lcov');
    const branches = [...traced.stdout.matchAll(/^BRDA:(\d+),0,\d+,(.*)$/gm)].map(([, line, count]) => [Number(line), count]);
    const source = withoutTypes.split('\n');
    const enter = source.findIndex((line) => line.includes('on: { ENTER')) + 1;
    const close = source.findIndex((line) => line.includes('on: { CLOSE')) + 1;
    expect(traced.stdout).toMatch(/^TN:\nSF:door\.mjs\n/);
    expect(branches).toEqual([
      [enter, '1'],
      [enter, '0'],
      [enter, '1'],
      [close, '1'],
    ]);
  });

  test('tells which transitions the runs of a project have taken', async ({ box }) => {
    box.write('w.yaml', "name: w\nsteps:\n  a: { run: 'true' }\n  b: { run: 'false', needs: a, continue_on_error: true }\n");
    expect((await box.cli('run', 'w.yaml')).code).toBe(0);
    const { code, value } = await box.json('coverage', '--from', 'history');
    const byRuns = (machine: number): Record<string, number> =>
      Object.fromEntries(
        value.machines[machine].transitions
          .filter((transition: { by_runs: number | null }) => (transition.by_runs ?? 0) > 0)
          .map((transition: { key: string; by_runs: number }) => [transition.key, transition.by_runs]),
      );
    expect([code, value.history.runs]).toEqual([0, 1]);
    expect(byRuns(0)).toEqual({
      'run.pending START 0': 1,
      'run.running DISPATCH 0': 2,
      'run.running xstate.done.actor.step.* 2': 2,
      'run.running.active  0': 1,
    });
    expect(byRuns(1)).toEqual({
      'step.dispatched  3': 2,
      'step.attempting.executing xstate.done.actor.attempt 4': 1,
      'step.attempting.executing xstate.done.actor.attempt 7': 1,
    });
  });
});
