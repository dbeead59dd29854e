import { describe, expect, it } from 'vitest';
import { crashEverywhere } from '../../../src/simulate/crash-everywhere.ts';
import { simulateRun, type SimulatedRun } from '../../../src/simulate/simulate-run.ts';
import { setupOf } from './simulation-setup.ts';

const retried = `
name: retried
steps:
  build: { run: 'true', retry: { attempts: 3, backoff: fixed, delay: 10s, jitter: false }, outputs: { size: integer } }
  slow: { run: 'true', timeout: 5s }
  after: { needs: build, run: 'true' }
`;

const endsOf = ({ steps }: SimulatedRun): Record<string, string> =>
  Object.fromEntries(steps.map(({ stepId, state }) => [stepId, state]));

async function noCrashChanges(...args: Parameters<typeof setupOf>): Promise<SimulatedRun> {
  const setup = setupOf(...args);
  const whole = await simulateRun(setup);
  expect((await crashEverywhere(setup, whole, () => undefined)).problems).toEqual([]);
  return whole;
}

describe('a simulated run', () => {
  it('is the same for the same seed, and another for another', async () => {
    const first = await simulateRun(setupOf(retried, { seed: 7 }));
    expect(await simulateRun(setupOf(retried, { seed: 7 }))).toEqual(first);
    expect(await simulateRun(setupOf(retried, { seed: 8 }))).not.toEqual(first);
  });

  it('tries a failing step again, after its wait in virtual time', async () => {
    const run = await noCrashChanges(retried, { fail: ['build=1'], duration: ['build=2s'] });
    expect(run).toMatchObject({
      state: 'failed',
      starts: new Map([
        ['build', 3],
        ['slow', 1],
      ]),
    });
    expect(run.steps[0]).toMatchObject({ stepId: 'build', state: 'failed', attempts: 3, startedMs: 0, endedMs: 26_000 });
    expect(endsOf(run)).toMatchObject({ after: expect.stringMatching(/skipped|canceled/) });
  });

  it('lets a step run out of time only where a wish says so', async () => {
    expect((await simulateRun(setupOf(retried))).state).toBe('succeeded');
    const run = await noCrashChanges(retried, { duration: ['slow=6s'] });
    expect(run.steps.find(({ stepId }) => stepId === 'slow')).toMatchObject({
      state: 'failed',
      reason: 'timedOut',
      endedMs: 5000,
    });
  });

  it('writes the outputs that are wished, which conditions read', async () => {
    const text = `
name: guarded
steps:
  measure: { run: 'true', outputs: { coverage: number } }
  warn: { needs: measure, if: '\${{ steps.measure.outputs.coverage < 90 }}', run: 'true' }
`;
    expect(endsOf(await noCrashChanges(text, { output: ['measure.coverage=95'] }))).toEqual({
      measure: 'succeeded',
      warn: 'skipped',
    });
    expect(endsOf(await noCrashChanges(text, { output: ['measure.coverage=12.5'] }))).toEqual({
      measure: 'succeeded',
      warn: 'succeeded',
    });
  });

  it('answers a question when its time has come; the default counts where that is too late', async () => {
    const text = 'name: ask\nsteps: { ship: { approve: Ship it?, timeout: 30s, default: approve } }';
    expect(await noCrashChanges(text, { duration: ['ship=20s'], approve: ['ship=no'] })).toMatchObject({
      state: 'failed',
      endedMs: 20_000,
    });
    expect(await noCrashChanges(text, { duration: ['ship=40s'], approve: ['ship=no'] })).toMatchObject({
      state: 'succeeded',
      endedMs: 30_000,
    });
  });

  it('ends paused where a failure waits for a person', async () => {
    const text = `
name: escalating
on_failure: escalate
steps: { bad: { run: 'true' }, good: { run: 'true' }, more: { needs: good, run: 'true' } }
`;
    const run = await noCrashChanges(text, { fail: ['bad=1'], duration: ['bad=1s', 'good=2s'] });
    expect(run).toMatchObject({ state: 'paused', endedMs: 2000 });
  });

  it('stops at the time of the whole run', async () => {
    const text = "name: short\ntimeout: 10s\nsteps: { long: { run: 'true' } }";
    expect(await noCrashChanges(text, { duration: ['long=1m'] })).toMatchObject({ state: 'failed', endedMs: 10_000 });
  });

  it('never runs more steps at the same time than it may', async () => {
    const text = "name: narrow\nsteps: { a: { run: 'true' }, b: { run: 'true' }, c: { run: 'true' } }";
    const durations = ['a=10s', 'b=10s', 'c=10s'];
    expect((await simulateRun(setupOf(text, { duration: durations, maxParallel: 1 }))).endedMs).toBe(30_000);
    expect((await simulateRun(setupOf(text, { duration: durations, maxParallel: 3 }))).endedMs).toBe(10_000);
  });
});
