import { describe, expect, test } from 'vitest';
import type { Snapshot } from 'xstate';
import type { StepInput } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { outcomesOf, startRun, type LiveRun } from './live-run.ts';

const succeeded: Outcome = { kind: 'succeeded', exitCode: 0 };
const interrupted: Outcome = { kind: 'interrupted', message: 'lost' };
const unverified: Outcome = { kind: 'verificationFailed', check: 'lint', exitCode: 1, message: 'it ended with exit code 1' };
const inTime = { attemptTimeoutMs: 50 } as const;
const tooLong: Outcome = { kind: 'timedOut', timeoutMs: 50, scope: 'attempt' };

/** A run of one step `a` with these checks, whose attempt has begun. */
function checkedRun(required: readonly boolean[], more: Partial<StepInput> = {}): LiveRun {
  const run = startRun({ total: 1 });
  const checks = required.map((isRequired, index) => ({ id: `check ${String(index)}`, required: isRequired }));
  run.dispatch('a', { checks, ...more });
  return run;
}

const effects = (run: LiveRun): string[] => run.begun().filter((name) => name !== 'deadline');

describe('the checks of a step', () => {
  test('are made one after the other when its tool has succeeded, and then it has', async () => {
    const run = checkedRun([true, true]);
    const outcomes = outcomesOf(run);
    expect(effects(run)).toEqual(['attempt a.1']);
    await run.end('attempt a.1');
    expect([effects(run), run.contextOf('a').check]).toEqual([['check a.1.1'], 0]);
    await run.end('check a.1.1');
    expect([effects(run), run.contextOf('a').check]).toEqual([['check a.1.2'], 1]);
    await run.end('check a.1.2');
    expect([run.state(), outcomes['a']]).toEqual(['succeeded', succeeded]);
  });

  test('are not made when its tool has failed', async () => {
    const run = checkedRun([true]);
    await run.end('attempt a.1', { kind: 'exitNonZero', exitCode: 1 });
    expect([run.state(), run.begun()]).toEqual(['failed', []]);
  });

  test('decide whether it succeeded: one that is required and fails ends it, and those after it are not made', async () => {
    const run = checkedRun([true, true]);
    const outcomes = outcomesOf(run);
    await run.end('attempt a.1');
    await run.end('check a.1.1', unverified);
    expect([run.state(), run.begun(), outcomes['a']]).toEqual(['failed', [], unverified]);
  });

  test('may fail where they are not required, the last one too', async () => {
    const run = checkedRun([false, true, false]);
    const outcomes = outcomesOf(run);
    await run.end('attempt a.1');
    await run.end('check a.1.1', unverified);
    await run.end('check a.1.2');
    expect(effects(run)).toEqual(['check a.1.3']);
    await run.end('check a.1.3', unverified);
    expect([run.state(), outcomes['a']]).toEqual(['succeeded', succeeded]);
  });

  test('are made again from the first one after another attempt', async () => {
    const run = checkedRun([true, true], {
      retry: { attempts: 2, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
    });
    await run.end('attempt a.1');
    await run.end('check a.1.1');
    await run.end('check a.1.2', unverified);
    await run.end('until 2010');
    expect([effects(run), run.contextOf('a').checkRun]).toEqual([['attempt a.2'], 0]);
    await run.end('attempt a.2');
    expect([effects(run), run.contextOf('a').check]).toEqual([['check a.2.1'], 0]);
  });

  test('that fail send a routed step to its next tool', async () => {
    const run = checkedRun([true], { toolId: null });
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1');
    await run.end('check a.1.1', unverified);
    expect([effects(run), run.asked()?.spentTools]).toEqual([['route a.2'], ['claude']]);
    await run.refuse('a.2');
    expect([run.state(), run.actor.getSnapshot().context.failed]).toEqual(['failed', 1]);
  });

  test('are repeated when they were interrupted, whatever the step says of its own interruptions', async () => {
    const run = checkedRun([true, true], { onInterrupted: 'fail' });
    await run.end('attempt a.1');
    await run.end('check a.1.1');
    await run.end('check a.1.2', interrupted, { endedAtMs: 2500 });
    expect(effects(run)).toEqual(['check a.1.3']);
    expect(run.contextOf('a')).toMatchObject({ attempt: 1, interruptions: 0, check: 1, checkRun: 3, checkStartedAtMs: 2500 });
    await run.end('check a.1.3');
    expect(run.state()).toBe('succeeded');
  });

  test('each have the time of an attempt, and are stopped after it: then the step has failed, and can be tried again', async () => {
    const run = checkedRun([true, true], inTime);
    const outcomes = outcomesOf(run);
    expect(effects(run)).toEqual(['attempt a.1', 'until 1050']);
    await run.end('attempt a.1');
    await run.end('check a.1.1', succeeded, { endedAtMs: 2030 });
    expect(effects(run)).toEqual(['check a.1.2', 'until 2080']);
    await run.end('until 2080');
    expect(effects(run)).toEqual(['stop a.1.2']);
    await run.end('stop a.1.2', tooLong);
    expect([run.state(), outcomes['a']]).toEqual(['failed', tooLong]);
  });

  test('that are not required may take too long', async () => {
    const run = checkedRun([false, false], inTime);
    const outcomes = outcomesOf(run);
    await run.end('attempt a.1');
    await run.end('until 2050');
    await run.end('stop a.1.1', tooLong);
    expect(effects(run)).toEqual(['check a.1.2', 'until 2050']);
    await run.end('until 2050');
    await run.end('stop a.1.2', interrupted);
    expect([run.state(), outcomes['a']]).toEqual(['succeeded', succeeded]);
  });

  test('that ended by themselves before they could be stopped count as they ended', async () => {
    const run = checkedRun([true, true], inTime);
    const outcomes = outcomesOf(run);
    await run.end('attempt a.1');
    await run.end('until 2050');
    await run.end('stop a.1.1', succeeded);
    await run.end('until 2050');
    await run.end('stop a.1.2', unverified);
    expect([run.state(), outcomes['a']]).toEqual(['failed', unverified]);
  });

  test('fail with the step when its own time is up, required or not', async () => {
    const run = checkedRun([false], { attemptTimeoutMs: 5000, stepTimeoutMs: 1500 });
    const outcomes = outcomesOf(run);
    await run.end('attempt a.1');
    expect(effects(run)).toEqual(['check a.1.1', 'until 2500']);
    await run.end('until 2500');
    const late: Outcome = { kind: 'timedOut', timeoutMs: 1500, scope: 'step' };
    await run.end('stop a.1.1', late);
    expect([run.state(), outcomes['a']]).toEqual(['failed', late]);
  });

  test('leave the step more time by what the machine slept during the attempt and the checks before', async () => {
    const run = checkedRun([true, true, true], { stepTimeoutMs: 5000 });
    await run.end('attempt a.1', succeeded, { skippedMs: 100 });
    expect(effects(run)).toEqual(['check a.1.1', 'until 6100']);
    await run.end('check a.1.1', succeeded, { skippedMs: 20 });
    expect(effects(run)).toEqual(['check a.1.2', 'until 6120']);
    await run.end('check a.1.2', interrupted, { skippedMs: 3 });
    expect(effects(run)).toEqual(['check a.1.3', 'until 6123']);
  });

  test('are made of a tool that ended well before it could be stopped', async () => {
    const run = checkedRun([true], inTime);
    await run.end('until 1050');
    expect(effects(run)).toEqual(['stop a.1']);
    await run.end('stop a.1', succeeded);
    expect(effects(run)).toEqual(['check a.1.1', 'until 2050']);
  });

  test.each([
    ['a check', false],
    ['a check that is being stopped', true],
  ])('are stopped with the step: CANCEL during %s', async (_, isOverdue) => {
    const run = checkedRun([true], inTime);
    const outcomes = outcomesOf(run);
    await run.end('attempt a.1');
    if (isOverdue) await run.end('until 2050');
    run.send({ type: 'CANCEL', reason: 'enough' });
    expect(effects(run)).toEqual(['stop a.1.1']);
    await run.end('stop a.1.1', { kind: 'canceled', reason: 'enough' });
    expect([run.state(), outcomes['a']]).toEqual(['canceled', { kind: 'canceled', reason: 'enough' }]);
  });

  test('come after the outputs were read, which count when they hold', async () => {
    const run = checkedRun([true], { declaresOutputs: true });
    await run.end('attempt a.1');
    await run.end('validate a.1', succeeded, { outputs: { coverage: 90 } });
    expect([effects(run), run.contextOf('a').outputs]).toEqual([['check a.1.1'], { coverage: 90 }]);
    const ends = finalOutputsOf(run);
    await run.end('check a.1.1');
    expect([run.state(), ends]).toEqual(['succeeded', [{ coverage: 90 }]]);
  });

  test('leave no outputs behind when they fail or are stopped', async () => {
    for (const end of ['failed', 'canceled'] as const) {
      const run = checkedRun([true], { declaresOutputs: true });
      await run.end('attempt a.1');
      await run.end('validate a.1', succeeded, { outputs: { coverage: 90 } });
      const ends = finalOutputsOf(run);
      if (end === 'failed') await run.end('check a.1.1', unverified);
      else {
        run.send({ type: 'CANCEL', reason: 'enough' });
        await run.end('stop a.1.1', { kind: 'canceled', reason: 'enough' });
      }
      expect([run.state(), ends]).toEqual([end, [{}]]);
    }
  });

  test('go on where they were when the run was stored', async () => {
    const run = checkedRun([true, true]);
    await run.end('attempt a.1');
    await run.end('check a.1.1');
    const again = startRun({ total: 1 }, JSON.parse(JSON.stringify(run.actor.getPersistedSnapshot())) as Snapshot<unknown>);
    expect(effects(again)).toEqual(['check a.1.2']);
    await again.end('check a.1.2');
    expect(again.state()).toBe('succeeded');
  });
});

/** The outputs that each step which ends from now on leaves behind. */
function finalOutputsOf(run: LiveRun): object[] {
  const seen: object[] = [];
  run.actor.system.inspect((event) => {
    if (event.type !== '@xstate.microstep' || event.snapshot.status !== 'done' || !('context' in event.snapshot)) return;
    const { stepId, outputs } = event.snapshot.context as { stepId?: string; outputs?: object };
    if (stepId !== undefined && outputs !== undefined) seen.push(outputs);
  });
  return seen;
}
