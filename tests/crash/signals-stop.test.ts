import { describe, expect } from 'vitest';
import { test, until, type Running } from '../conformance/sandbox.ts';

/** Resolves with the milliseconds from the call to the end of the program. */
async function timeToEnd(run: Running): Promise<number> {
  const from = performance.now();
  await run.ended;
  return performance.now() - from;
}

describe.concurrent.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', ([signal, exitCode]) => {
  test(`once: stops the tools, says how to resume, ends with ${String(exitCode)}; resume runs the stopped step again`, async ({
    box,
  }) => {
    const run = box.start(['run', box.use('gated'), '--id', box.id]);
    await box.traced('held');
    run.kill(signal);
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(exitCode);
    expect(stderr).toContain(`stateyard resume ${box.id}`);
    expect(box.tools()).toEqual([]);
    expect((await box.json('ls')).value.runs).toMatchObject([{ state: 'interrupted' }]);
    const events = (await box.json('events', box.id)).value;
    expect(events.at(-1)).toMatchObject({ kind: 'run_interrupted', payload: { signal } });
    box.open();
    const resumed = await box.cli('resume', box.id);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(box.trace().filter((line) => !line.includes(' '))).toEqual(['before', 'held', 'held', 'released', 'after']);
    const steps = await box.steps(box.id);
    expect([steps['before'].attempts, steps['held'].attempts]).toEqual([1, 2]);
  });

  test('once: kills a tool that ignores TERM after its grace, with the grandchildren that left its group', async ({ box }) => {
    const run = box.start(['run', box.use('stubborn'), '--id', box.id]);
    await Promise.all([box.traced('held'), box.traced('grandchild')]);
    run.kill(signal);
    const ms = await timeToEnd(run);
    expect((await run.ended).code).toBe(exitCode);
    expect(ms).toBeGreaterThan(4_000);
    expect(box.tools()).toEqual([]);
    expect((await box.cli('resume', box.id)).code).toBe(0);
    expect(box.trace()).toContain('again');
  });

  test('twice: ends at once, and nothing is left', async ({ box }) => {
    const run = box.start(['run', box.use('stubborn'), '--id', box.id]);
    await Promise.all([box.traced('held'), box.traced('grandchild')]);
    run.kill(signal);
    await until('the first signal was heard', () => run.stderr().includes('once more'));
    run.kill(signal);
    const ms = await timeToEnd(run);
    expect((await run.ended).code).toBe(exitCode);
    // Well before the grace of 5 s; on a machine with nothing else to do it is some tens of milliseconds.
    expect(ms).toBeLessThan(2_500);
    await until('no tool is left', () => box.tools().length === 0, 1_000);
    expect((await box.cli('resume', box.id)).code).toBe(0);
  });
});

describe.concurrent('a signal', () => {
  test('between two attempts and while the run is pausing leaves it to be resumed', async ({ box }) => {
    const run = box.start(['run', box.use('gated'), '--id', box.id]);
    await box.traced('held');
    expect((await box.cli('pause', box.id)).code).toBe(0);
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    box.open();
    expect((await box.cli('resume', box.id)).code).toBe(5);
    expect(box.trace().at(-1)).toBe('released');
    expect((await box.cli('unpause', box.id)).code).toBe(0);
    expect((await box.cli('resume', box.id)).code).toBe(0);
    expect(box.trace().at(-1)).toBe('after');
  });

  test('with --json leaves whole lines, the record last', async ({ box }) => {
    const run = box.start(['run', box.use('gated'), '--id', box.id, '--json']);
    await box.traced('held');
    run.kill('SIGTERM');
    const { code, stdout } = await run.ended;
    expect(code).toBe(143);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ run_id: box.id, state: 'running', ended_at: null });
  });

  test('at any moment ends with 130 or with the end of the run, never otherwise', async ({ box }) => {
    const file = box.use('chain');
    const codes: (number | null)[] = [];
    for (let round = 0; round < 2; round++) {
      let seen = 0;
      const stopAt = 1 + Math.floor(Math.random() * 26);
      const run = box.start(['run', file, '--json'], {
        onOutput: (text, child) => {
          const before = seen;
          seen += text.split('\n').length - 1;
          if (before < stopAt && seen >= stopAt) child.kill('SIGINT');
        },
      });
      const { code } = await run.ended;
      codes.push(code);
      if (code === 130) expect((await box.cli('resume', '@latest')).code).toBe(0);
      expect(box.tools()).toEqual([]);
    }
    expect(codes.filter((code) => code !== 130 && code !== 0)).toEqual([]);
  });
});
