import { describe, expect } from 'vitest';
import { expectSoundHistory } from '../conformance/stored-run.ts';
import { test, until, type Parsed } from '../conformance/sandbox.ts';

describe.concurrent('engines that race', () => {
  test('for one interrupted run: exactly one wins, the others are refused with 7', async ({ box }) => {
    const run = box.start(['run', box.use('gated'), '--id', box.id]);
    await box.traced('held');
    expect((await box.cli('resume', box.id)).code).toBe(7);
    run.kill('SIGKILL');
    await run.ended;
    const racers = Array.from({ length: 4 }, () => box.start(['resume', box.id]));
    await until('all but one have lost', () => racers.filter((each) => each.child.exitCode !== null).length === 3);
    box.open();
    const ended = await Promise.all(racers.map((each) => each.ended));
    expect(ended.map(({ code }) => code ?? -1).sort((a, b) => a - b)).toEqual([0, 7, 7, 7]);
    for (const { code, stderr } of ended) if (code === 7) expect(stderr).toContain(`stateyard watch ${box.id}`);
    await expectSoundHistory(box, box.id, { held: ['before'], after: ['held'] });
    expect(box.trace().filter((line) => line === 'after')).toHaveLength(1);
  });

  test('to start a run of the same id: exactly one wins', async ({ box }) => {
    const file = box.use('chain');
    const ended = await Promise.all(Array.from({ length: 3 }, () => box.cli('run', file, '--id', box.id)));
    expect(ended.map(({ code }) => code ?? -1).sort((a, b) => a - b)).toEqual([0, 7, 7]);
    expect(box.trace()).toHaveLength(6);
    await expectSoundHistory(box, box.id, { b: ['a'], c: ['b'], d: ['c'], e: ['d'], f: ['e'] });
  });

  test('on one store with eight runs: all are in the index, each whole', async ({ box }) => {
    const file = box.use('tolerant');
    const ended = await Promise.all(Array.from({ length: 8 }, () => box.cli('run', file)));
    expect(ended.map(({ code }) => code)).toEqual(new Array(8).fill(0));
    const { runs } = (await box.json('ls')).value;
    expect(runs.map((run: Parsed) => `${run.state} ${run.steps_total}`)).toEqual(new Array(8).fill('succeeded 2'));
    expect(new Set(runs.map((run: Parsed) => run.run_id)).size).toBe(8);
    expect((await box.json('doctor')).value.ok).toBe(true);
    expect(box.trace()).toHaveLength(8);
  });
});
