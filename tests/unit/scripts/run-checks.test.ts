import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { runChecks } from '../../../scripts/run-checks.mjs';

function check(name: string, ...after: string[]) {
  return { name, what: name, after, printed: false };
}

/** Runs checks that are one line of JavaScript each; those that are not named end well. */
async function run(checks: readonly ReturnType<typeof check>[], programs: Readonly<Record<string, string>> = {}, parallel = 2) {
  const ended: string[] = [];
  const results = await runChecks(checks, {
    parallel,
    command: ({ name }) => [process.execPath, '-e', programs[name] ?? ''],
    ended: (result) => ended.push(result.check.name),
  });
  return { ended, states: Object.fromEntries(results.map((result) => [result.check.name, result.state])), results };
}

describe('runChecks', () => {
  it('reports every check that passes, as it ends', async () => {
    const { states, ended } = await run([check('a'), check('b')]);
    expect(states).toEqual({ a: 'passed', b: 'passed' });
    expect(ended.toSorted((a, b) => a.localeCompare(b))).toEqual(['a', 'b']);
  });

  it('runs a check after those that it needs', async () => {
    const { ended } = await run([check('c', 'b'), check('b', 'a'), check('a')]);
    expect(ended).toEqual(['a', 'b', 'c']);
  });

  it('skips what needs a check that failed, and still runs the others', async () => {
    const { states } = await run([check('a'), check('b', 'a'), check('c', 'b'), check('d')], { a: 'process.exit(3)' });
    expect(states).toEqual({ a: 'failed', b: 'skipped', c: 'skipped', d: 'passed' });
  });

  it('keeps what a check printed on both streams', async () => {
    const { results } = await run([check('a')], { a: "console.log('out'); console.error('err')" });
    expect(results[0]?.output.split('\n').toSorted((a, b) => a.localeCompare(b))).toEqual(['', 'err', 'out']);
  });

  it('calls a check failed that a signal ended or that could not start', async () => {
    const { results } = await run([check('a')], { a: "process.kill(process.pid, 'SIGKILL')" });
    expect(results[0]).toMatchObject({ state: 'failed', output: 'ended by SIGKILL\n' });
    const missing = await runChecks([check('b')], { parallel: 1, command: () => ['/does/not/exist'], ended: () => undefined });
    expect(missing[0]?.state).toBe('failed');
    expect(missing[0]?.output).toContain('ENOENT');
  });

  it('treats a need that was not asked for as met', async () => {
    expect((await run([check('b', 'a')])).states).toEqual({ b: 'passed' });
  });

  it('refuses checks that wait for each other', async () => {
    await expect(run([check('a', 'b'), check('b', 'a')])).rejects.toThrow('these checks wait for each other: a, b');
  });
});
