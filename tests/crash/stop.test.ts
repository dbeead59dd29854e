import { afterAll, describe, expect } from 'vitest';
import { test, until, type Running, type Sandbox } from '../conformance/sandbox.ts';
import { writeFigures } from './figures.ts';
import { allListed, leftovers, listedPids, living, unstoppable, workflowOf } from './misbehaving-tools.ts';

const graceMs = 400;
/** What the promise allows after the grace. */
const promisedMs = 500;
/** For a machine that is busy with other tests. */
const busyMs = 4_000;
const count = Object.keys(unstoppable).length;

interface Shown {
  readonly steps: readonly { readonly step_id: string; readonly state: string; readonly reason: { readonly kind: string } }[];
  readonly attempts: readonly { readonly started_at: string; readonly ended_at: string }[];
}

async function show(box: Sandbox): Promise<Shown> {
  return (await box.json('show', box.id)).value as Shown;
}
const silentMs: number[] = [];

afterAll(() =>
  writeFigures('stop', { tools: count, stops: silentMs.length, graceMs, slowestMs: Math.round(Math.max(0, ...silentMs)) }),
);

async function started(box: Sandbox, head = '', each = ''): Promise<Running> {
  const file = box.write('bad.yaml', workflowOf(unstoppable, `stop_grace: ${String(graceMs)}ms\n${head}`, each));
  const run = box.start(['run', file, '--id', box.id]);
  await allListed(box, count);
  return run;
}

/** Milliseconds until nothing that the tools have started lives. */
async function timeToSilence(box: Sandbox): Promise<number> {
  const from = performance.now();
  await until('nothing is left', () => living(box).length === 0, graceMs + promisedMs + busyMs);
  const tookMs = performance.now() - from;
  silentMs.push(tookMs);
  return tookMs;
}

describe.sequential('with every kind of tool that resists, nothing is left within the grace and half a second', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('after %s', async ([signal, code], { box }) => {
    const run = await started(box);
    run.kill(signal);
    expect(await timeToSilence(box)).toBeLessThan(graceMs + promisedMs + busyMs);
    expect((await run.ended).code).toBe(code);
    expect(leftovers(box)).toEqual([]);
    const events = (await box.json('events', box.id)).value;
    expect(events.at(-1)).toMatchObject({ kind: 'run_interrupted' });
  });

  test('after cancel', async ({ box }) => {
    const run = await started(box);
    const [silent, canceled] = await Promise.all([timeToSilence(box), box.cli('cancel', box.id)]);
    expect(silent).toBeLessThan(graceMs + promisedMs + busyMs);
    expect(canceled.code, canceled.stderr).toBe(0);
    expect((await run.ended).code).toBe(8);
    expect(leftovers(box)).toEqual([]);
    expect((await show(box)).steps.map((step) => step.state)).toEqual(Array(count).fill('canceled'));
  });

  test('after the timeout of each step, which is the reason that is kept', async ({ box }) => {
    const run = await started(box, '', '    timeout: 2s\n');
    expect((await run.ended).code).toBe(1);
    expect(leftovers(box)).toEqual([]);
    const value = await show(box);
    const reasons = value.steps.map((step) => [step.step_id, step.reason.kind]);
    expect(reasons).toEqual(Object.keys(unstoppable).map((id) => [id, 'timedOut']));
    const spans = value.attempts.map((attempt) => Date.parse(attempt.ended_at) - Date.parse(attempt.started_at));
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...spans)).toBeLessThan(2_000 + graceMs + promisedMs + busyMs);
  });

  test('after the timeout of the run', async ({ box }) => {
    const run = await started(box, 'timeout: 2s\n');
    expect((await run.ended).code).toBe(1);
    expect(leftovers(box)).toEqual([]);
    expect(listedPids(box)).toHaveLength(count);
  });
});

describe.concurrent('stopping', () => {
  test('reaches what a step that has ended left running in a session of its own, too', async ({ box }) => {
    const daemon =
      unstoppable['setsid_daemon']?.replace('; sleep 60', '; until [ -s "$FOLDER/pids" ]; do sleep 0.02; done') ?? '';
    const file = box.write(
      'left.yaml',
      `name: left\nstop_grace: ${String(graceMs)}ms\nsteps:\n  leaves: { run: ${JSON.stringify(daemon)} }\n  waits: { needs: leaves, run: 'echo waits >>"$TRACE"; sleep 300' }\n`,
    );
    const run = box.start(['run', file, '--id', box.id]);
    await Promise.all([box.traced('waits'), allListed(box, 1)]);
    expect(living(box)).toHaveLength(1);
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(leftovers(box)).toEqual([]);
  });

  test('leaves a tool the grace that the file gives, and no more', async ({ box }) => {
    const file = box.write(
      'grace.yaml',
      'name: grace\nstop_grace: 3s\nsteps:\n  polite: { run: \'trap "sleep 0.5; echo cleaned >>$TRACE; exit 0" TERM; echo ready >>"$TRACE"; while :; do sleep 0.05; done\' }\n',
    );
    const run = box.start(['run', file, '--id', box.id]);
    await box.traced('ready');
    run.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
    expect(box.trace()).toContain('cleaned');
  });

  test('kills at once, in spite of a long grace, at the second signal: also what an ended step left', async ({ box }) => {
    const file = box.write('bad.yaml', workflowOf(unstoppable, 'stop_grace: 10m'));
    const run = box.start(['run', file, '--id', box.id]);
    await allListed(box, count);
    run.kill('SIGINT');
    await until('the first signal was heard', () => run.stderr().includes('once more'));
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(leftovers(box)).toEqual([]);
  });
});
