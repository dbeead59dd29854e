import { describe, expect, test } from 'vitest';
import type { Snapshot } from 'xstate';
import type { StepInput } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { outcomesOf, startRun, type LiveRun } from './live-run.ts';

const exited: Outcome = { kind: 'exitNonZero', exitCode: 1 };
const interrupted: Outcome = { kind: 'interrupted', message: 'lost' };
const judged = (means: 'retry' | 'try_another' | 'never_retry'): Outcome => ({
  kind: 'judged',
  exitCode: 1,
  means,
  because: 'its configuration says so',
});

const retry = (attempts: number): StepInput['retry'] => ({
  attempts,
  backoff: 'fixed',
  delayMs: 10,
  maxDelayMs: 10,
  jitter: false,
  onExitCodes: null,
});

/** A run of one step `a`, whose tool the router picks. */
function routedRun(more: Partial<StepInput> = {}): LiveRun {
  const run = startRun({ total: 1 });
  run.dispatch('a', { toolId: null, ...more });
  return run;
}

describe('a step whose tool a router picks', () => {
  test('asks for one, and makes its attempt with it', async () => {
    const run = routedRun();
    expect(run.begun()).toEqual(['deadline', 'route a.1']);
    expect(run.asked()).toEqual({
      stepId: 'a',
      attempt: 1,
      spentTools: [],
      currentTool: null,
      requestId: null,
      requestedAtMs: 1000,
    });
    await run.pick('a.1', 'claude', { attemptTimeoutMs: 70 });
    expect(run.contextOf('a')).toMatchObject({
      attempt: 1,
      toolId: 'claude',
      requestId: 'request',
      promptId: 'prompt of a.1',
      attemptStartedAtMs: 2000,
    });
    expect(run.begun()).toEqual(['deadline', 'attempt a.1', 'until 2070']);
    await run.end('attempt a.1');
    expect(run.state()).toBe('succeeded');
  });

  test('asks again after an interruption: with the tool and the request that it had, and with all its attempts left', async () => {
    const run = routedRun();
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', interrupted);
    expect(run.begun()).toEqual(['deadline', 'route a.2']);
    expect(run.asked()).toMatchObject({ attempt: 2, currentTool: 'claude', spentTools: [], requestId: 'request' });
    await run.pick('a.2', 'claude');
    expect(run.contextOf('a')).toMatchObject({ attempt: 2, interruptions: 1, promptId: 'prompt of a.2' });
  });

  test('fails after an interruption where it must not be run again, whatever tools are left', async () => {
    const run = routedRun({ onInterrupted: 'fail' });
    const outcomes = outcomesOf(run);
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', interrupted);
    expect([run.state(), outcomes['a']]).toEqual(['failed', interrupted]);
  });

  test('asks again after a backoff, for the tool that it had', async () => {
    const run = routedRun({ retry: retry(2) });
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', exited);
    expect(run.begun()).toEqual(['deadline', 'until 2010']);
    await run.end('until 2010');
    expect([run.begun(), run.asked()?.currentTool, run.asked()?.spentTools]).toEqual([['deadline', 'route a.2'], 'claude', []]);
  });

  test('asks for the next tool when the attempts with one are used up, and has them all again with that one', async () => {
    const run = routedRun({ retry: retry(2) });
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', exited);
    await run.end('until 2010');
    await run.pick('a.2', 'claude');
    await run.end('attempt a.2', exited);
    expect(run.begun()).toEqual(['deadline', 'route a.3']);
    expect(run.asked()).toMatchObject({ attempt: 3, currentTool: null, spentTools: ['claude'] });
    await run.pick('a.3', 'codex');
    await run.end('attempt a.3', exited);
    expect(run.begun()).toEqual(['deadline', 'until 2010']);
    await run.end('until 2010');
    await run.pick('a.4', 'codex');
    await run.end('attempt a.4', exited);
    expect(run.asked()?.spentTools).toEqual(['claude', 'codex']);
  });

  test('asks for the next tool at once where the one it has cannot be started, or its configuration says so', async () => {
    for (const outcome of [judged('try_another'), { kind: 'spawnFailed', code: 'ENOENT', message: 'no such file' } as const]) {
      const run = routedRun({ retry: retry(3) });
      await run.pick('a.1', 'claude');
      await run.end('attempt a.1', outcome);
      expect([run.begun(), run.asked()?.spentTools]).toEqual([['deadline', 'route a.2'], ['claude']]);
    }
  });

  test('ends at once where the configuration of its tool says never to retry, with attempts and tools left', async () => {
    const run = routedRun({ retry: retry(3) });
    const outcomes = outcomesOf(run);
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', judged('never_retry'));
    expect([run.state(), outcomes['a']]).toEqual(['failed', judged('never_retry')]);
  });

  test('that finds no tool fails with the reason; after attempts, with what came of the last one', async () => {
    const none = routedRun();
    const without = outcomesOf(none);
    await none.refuse('a.1');
    expect([none.state(), without['a']]).toEqual(['failed', { kind: 'noRoutableTool', message: 'no tool is left' }]);
    const run = routedRun();
    const outcomes = outcomesOf(run);
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', exited);
    await run.refuse('a.2');
    expect([run.state(), outcomes['a']]).toEqual(['failed', exited]);
  });

  test('fails when its time is up while it waits for a tool', async () => {
    const run = routedRun({ stepTimeoutMs: 250 });
    const outcomes = outcomesOf(run);
    expect(run.begun()).toEqual(['deadline', 'route a.1', 'until 1250']);
    await run.end('until 1250');
    expect([run.state(), outcomes['a']]).toEqual(['failed', { kind: 'timedOut', timeoutMs: 250, scope: 'step' }]);
  });

  test('is canceled while it waits for a tool, and asks no more', () => {
    const run = routedRun();
    const outcomes = outcomesOf(run);
    run.send({ type: 'CANCEL', reason: 'enough' });
    expect([run.state(), run.begun(), outcomes['a']]).toEqual(['canceled', [], { kind: 'canceled', reason: 'enough' }]);
  });

  test('is not asked for where something stands in the way of the step', () => {
    const run = routedRun({ obstacle: { kind: 'expressionFailed', field: 'if', message: 'no such output' } });
    expect([run.state(), run.asked()]).toEqual(['failed', null]);
  });

  test.each(['attempt', 'wait for a tool', 'backoff'])('has more time by what the machine slept during its %s', async (when) => {
    const run = routedRun({ stepTimeoutMs: 5000, retry: retry(2) });
    const slept = (during: string): object => (when === during ? { skippedMs: 400 } : {});
    await run.pick('a.1', 'claude', slept('wait for a tool'));
    await run.end('attempt a.1', judged('retry'));
    await run.end('until 2010', undefined, slept('backoff'));
    await run.pick('a.2', 'claude');
    await run.end('attempt a.2', exited, slept('attempt'));
    expect([run.begun(), run.contextOf('a').stepDeadlineMs]).toEqual([['deadline', 'route a.3', 'until 6400'], 6400]);
  });

  test('has more time by what the machine slept before an interruption, too', async () => {
    const run = routedRun({ stepTimeoutMs: 5000 });
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', interrupted, { skippedMs: 400 });
    expect(run.begun()).toEqual(['deadline', 'route a.2', 'until 6400']);
  });

  test('that was asking when its run was stored asks the same again', () => {
    const run = routedRun();
    const stored = JSON.parse(JSON.stringify(run.actor.getPersistedSnapshot())) as Snapshot<unknown>;
    const again = startRun({ total: 1 }, stored);
    expect([again.begun(), again.asked()]).toEqual([['deadline', 'route a.1'], run.asked()]);
  });
});
