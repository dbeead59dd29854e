import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from './sandbox.ts';

/** Each would do something if it were read as code, an option, a pattern or markup on its way. */
const hostileValues: Readonly<Record<string, string>> = {
  quotes: `it's "quoted" \\" \\' $'x' \``,
  substitution: '$(touch pwned) `touch pwned` ${HOME} $((1+1)) $IFS',
  lines: 'first line\n"; touch pwned; echo "\n$(touch pwned)\nlast',
  dash: '-n --help -rf /',
  pattern: '* ? [a-z] ~ {a,b}  two  spaces ',
  expression: "${{ params.hostile }} }} ${{ 1 + ' }}",
  heredoc: 'EOF\nEND OF VALUE\nvalue=stolen\nvalue<<X',
  unicode: 'Zürich 東京 🦊 \u202Eright-to-left \u001b[31mred',
};

describe.concurrent('hostile values', () => {
  test.for(Object.entries(hostileValues))('%s: arrive as they are, by every way', async ([, value], { box }) => {
    const run = await box.cli('run', box.use('values'), `--param=hostile=${value}`);
    expect(run.code, run.stderr + run.stdout).toBe(0);
    for (const file of ['from-expression', 'from-bare-expression', 'from-env', 'from-output'] as const) {
      const expected = file === 'from-bare-expression' ? box.read(file) : value;
      expect(box.read(file), file).toBe(expected);
    }
    expect(box.read('from-step-env')).toBe(`workflow-${value}`);
    expect(JSON.parse(box.read('from-argv'))).toEqual([value, value, '$HOME', '*']);
    expect(box.read('from-condition')).toBe('equal\n');
    expect(existsSync(join(box.folder, 'pwned')), readdirSync(box.folder).join()).toBe(false);
  });

  test('a variable of the step wins over that of the workflow, which wins over that of the caller', async ({ box }) => {
    const { ended } = box.start(['run', box.use('values'), '-p', 'hostile=x'], { env: { OUTSIDE: 'caller', BOTH: 'caller' } });
    expect((await ended).code).toBe(0);
    expect(box.read('precedence')).toBe('workflow step workflow');
  });
});

describe.concurrent('parameters', () => {
  test('have types, bounds and defaults; -p wins over a file, which wins over a default', async ({ box }) => {
    const file = box.use('params');
    box.write('given.yaml', 'text: fromfile\nwhole: 4\nneeded: "from file"\n');
    expect((await box.cli('run', file, '--params', 'given.yaml', '-p', 'whole=3', '-p', 'flag=true')).code).toBe(0);
    expect(await box.log('show')).toBe('fromfile|3|0.5|true|low|from file|');
    expect((await box.steps())['grown'].state).toBe('succeeded');
    expect((await box.cli('run', file, '-p', 'needed=')).code).toBe(0);
    expect(await box.log('show')).toBe('abc|2|0.5|false|low||');
    expect((await box.steps())['grown'].state).toBe('skipped');
  });

  test('that do not fit are all told at once: exit 3, and nothing is stored', async ({ box }) => {
    const given = ['text=ABC', 'whole=10', 'ratio=much', 'flag=maybe', 'level=middle', 'nedeed=x'].flatMap((pair) => [
      '-p',
      pair,
    ]);
    const { code, stdout, stderr } = await box.cli('run', box.use('params'), ...given);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    for (const name of ['text', 'whole', 'ratio', 'flag', 'level', 'nedeed', 'needed']) expect(stderr).toContain(`${name}: `);
    expect(stderr).toMatch(/nedeed: unknown parameter.*needed/);
    expect(existsSync(box.store)).toBe(false);
  });

  test('without `=`, or in a file that is missing or is no mapping, are refused', async ({ box }) => {
    const file = box.use('params');
    box.write('list.yaml', '- 1\n');
    const [bare, missing, list] = await Promise.all([
      box.cli('run', file, '-p', 'needed'),
      box.cli('run', file, '--params', 'nowhere.yaml'),
      box.cli('run', file, '--params', 'list.yaml'),
    ]);
    expect([bare.code, missing.code, list.code]).toEqual([2, 4, 3]);
    expect(existsSync(box.store)).toBe(false);
  });
});

describe.concurrent('where and how a step runs', () => {
  test('working directory, shell, argv, identity and artifacts', async ({ box }) => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(box.folder, 'outer/inner'), { recursive: true });
    const { code, stderr } = await box.cli('run', box.use('places'));
    expect(code, stderr).toBe(0);
    const runId = (await box.json('ls')).value.runs[0].run_id;
    const [outer, inner, shell, node, raw, identity] = await Promise.all(
      ['outer', 'inner', 'shell', 'node', 'raw', 'identity'].map((step) => box.log(step)),
    );
    expect(outer).toMatch(/\/outer\n$/);
    expect(inner).toMatch(/\/outer\/inner\n$/);
    expect(shell).toMatch(/ none\n$/);
    expect(node).toBe('node node\n');
    expect(raw).toBe('$HOME `id` -n a  b\n');
    expect(identity).toBe(`identity 1 ${runId}.identity ${runId}\n`);
    expect(box.read(`.stateyard/runs/${runId}/artifacts/file`)).toBe('kept\n');
    const steps = await box.steps();
    expect(steps['pipefail'].reason).toEqual({ kind: 'exitNonZero', exitCode: 1 });
    expect(steps['unset'].reason.kind).toBe('exitNonZero');
    expect(steps['missing-program'].reason).toMatchObject({ kind: 'spawnFailed', code: 'ENOENT' });
    expect(steps['missing-program'].reason.message).toContain('no-such-program-anywhere');
    expect(steps['missing-program'].attempts).toBe(1);
    expect(steps['missing-folder'].reason).toMatchObject({ kind: 'spawnFailed', code: 'ENOENT' });
  });

  test('outputs are read by their declared types; one that is missing or wrong fails its step', async ({ box }) => {
    expect((await box.cli('run', box.use('outputs'))).code).toBe(1);
    const steps = await box.steps();
    expect(steps['missing'].reason).toEqual({ kind: 'outputInvalid', problems: ['output "n" is missing'] });
    expect(steps['wrong'].reason).toEqual({ kind: 'outputInvalid', problems: ['output "n" is "many", expected a whole number'] });
    expect(steps['undeclared'].outputs).toEqual({ n: 7 });
    expect(steps['typed'].outputs).toEqual({ whole: 42, ratio: 2.5, yes: true, text: 'a=b' });
    expect(await box.log('reader')).toBe('2.5 a=b\n');
    expect((await box.cli('events', '@latest')).stdout).toContain('extra');
  });
});
