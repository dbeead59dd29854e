import { describe, expect, test } from 'vitest';
import type { Snapshot } from 'xstate';
import type { Meter } from '../../machines/budget.ts';
import type { RunInput } from '../../machines/run-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { outcomesOf, startRun, type LiveRun } from './live-run.ts';

const canceled: Outcome = { kind: 'canceled', reason: 'stopped' };
const held = 'the budget of 1 call is used up';

const meter = (more: Partial<Meter> & { limit: number }): Meter => ({
  toolId: null,
  unit: 'calls',
  allowed: more.limit,
  used: 0,
  ...more,
});

/** A run whose steps are routed: those that are named were dispatched. */
function routedRun(steps: readonly string[], input: Partial<RunInput> = {}): LiveRun {
  const run = startRun({ total: steps.length, ...input });
  for (const stepId of steps) run.dispatch(stepId, { toolId: null, stepTimeoutMs: 5000 });
  return run;
}

const contextOf = (run: LiveRun) => run.actor.getSnapshot().context;
const effects = (run: LiveRun): string[] => run.begun().filter((name) => name !== 'deadline');
const unpause = (run: LiveRun, nowMs: number): void => run.send({ type: 'UNPAUSE', nowMs });

function takesCall(run: LiveRun, stepId: string, toolId = 'claude'): boolean {
  const event = { type: 'CALL', stepId, toolId } as const;
  const taken = run.actor.getSnapshot().can(event);
  run.send(event);
  return taken;
}

function takesSpending(
  run: LiveRun,
  stepId: string,
  spent: { minutes?: number; cost?: number } = {},
  toolId = 'claude',
): boolean {
  const event = { type: 'SPEND', stepId, toolId, minutes: 0, cost: 0, ...spent } as const;
  const taken = run.actor.getSnapshot().can(event);
  run.send(event);
  return taken;
}

test('a check that a tool makes is let through and counted, also when the budget is used up', () => {
  const run = routedRun(['a'], { meters: [{ toolId: null, unit: 'calls', limit: 1, allowed: 1, used: 1 }] });
  expect(takesCall(run, 'a')).toBe(false);
  run.send({ type: 'CALL', stepId: 'a', toolId: 'ruff', isCheck: true });
  expect(contextOf(run).meters).toMatchObject([{ used: 2 }]);
  expect(takesSpending(run, 'a', {}, 'ruff')).toBe(true);
  expect(contextOf(run).grants).toEqual([]);
});

describe('a step that is over budget', () => {
  test('is held, with nothing under way and no deadline, and its run pauses for a person', async () => {
    const run = routedRun(['a']);
    await run.overspend('a.1', 2000);
    expect([run.state(), run.begun(), run.children()]).toEqual(['running.paused', ['deadline'], ['deadline', 'step.a']]);
    expect(contextOf(run)).toMatchObject({ active: [], held: ['a'], waiting: 0, reason: held });
    expect(run.actor.getSnapshot().hasTag('waitsForPerson')).toBe(true);
  });

  test('is routed again by UNPAUSE, with its deadline put off by the time it was held', async () => {
    const run = routedRun(['a']);
    expect(effects(run)).toEqual(['route a.1', 'until 6000']);
    await run.overspend('a.1', 2000);
    unpause(run, 9000);
    expect([run.state(), contextOf(run).active, contextOf(run).held, contextOf(run).reason]).toEqual([
      'running.active',
      ['a'],
      [],
      null,
    ]);
    expect([effects(run), run.asked()?.requestId]).toEqual([['route a.1', 'until 13000'], 'request']);
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1');
    expect(run.state()).toBe('succeeded');
  });

  test('has its deadline put off by nothing when the clock went back meanwhile', async () => {
    const run = routedRun(['a']);
    await run.overspend('a.1', 2000);
    unpause(run, 1500);
    expect(effects(run)).toEqual(['route a.1', 'until 6000']);
  });

  test('has more time, too, by what the machine slept while it waited for a tool', async () => {
    const run = routedRun(['a']);
    await run.overspend('a.1', 2000, { skippedMs: 400 });
    unpause(run, 2000);
    expect(effects(run)).toEqual(['route a.1', 'until 6400']);
  });

  test('is held between two tools as before the first', async () => {
    const run = routedRun(['a']);
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1', { kind: 'exitNonZero', exitCode: 1 });
    await run.overspend('a.2', 2000);
    unpause(run, 2000);
    expect(run.asked()).toMatchObject({ attempt: 2, spentTools: ['claude'], currentTool: null });
  });

  test('is canceled by CANCEL of the run, at once', async () => {
    const run = routedRun(['a']);
    const outcomes = outcomesOf(run);
    await run.overspend('a.1', 2000);
    run.send({ type: 'CANCEL', reason: 'enough' });
    expect([run.state(), run.children(), contextOf(run).held, outcomes['a']]).toEqual([
      'canceled',
      [],
      [],
      { kind: 'canceled', reason: 'enough' },
    ]);
  });

  test.each([
    ['QUARANTINE', 'quarantined'],
    ['the time of the run', 'failed'],
  ])('is canceled by %s', async (how, state) => {
    const run = routedRun(['a'], { timeoutMs: 500 });
    await run.overspend('a.1', 2000);
    if (how === 'QUARANTINE') run.send({ type: 'QUARANTINE', reason: 'odd' });
    else await run.end('deadline');
    expect([run.state(), contextOf(run).held, contextOf(run).canceled]).toEqual([state, [], 1]);
  });

  test('waits on when its run was stored and taken up again, and goes on with UNPAUSE', async () => {
    const run = routedRun(['a']);
    await run.overspend('a.1', 2000);
    const again = startRun({ total: 1 }, JSON.parse(JSON.stringify(run.actor.getPersistedSnapshot())) as Snapshot<unknown>);
    expect([again.state(), again.begun(), contextOf(again).held]).toEqual(['running.paused', ['deadline'], ['a']]);
    unpause(again, 9000);
    expect(effects(again)).toEqual(['route a.1', 'until 13000']);
  });
});

describe('a run with a step that is held', () => {
  test('pauses: it dispatches nothing, and is paused when nothing is active', async () => {
    const run = routedRun(['a', 'b'], { total: 3, maxParallel: 2 });
    await run.pick('b.1', 'claude');
    await run.overspend('a.1', 2000);
    run.dispatch('c');
    expect([run.state(), contextOf(run).active, contextOf(run).held, contextOf(run).waiting]).toEqual([
      'running.pausing',
      ['b'],
      ['a'],
      1,
    ]);
    await run.end('attempt b.1');
    expect([run.state(), run.children()]).toEqual(['running.paused', ['deadline', 'step.a']]);
  });

  test('holds another one while it pauses, and lets all of them go on together', async () => {
    const run = routedRun(['a', 'b']);
    await run.overspend('a.1', 2000);
    await run.overspend('b.1', 2500);
    expect([run.state(), contextOf(run).held]).toEqual(['running.paused', ['a', 'b']]);
    unpause(run, 3000);
    expect([run.state(), contextOf(run).active, contextOf(run).held]).toEqual(['running.active', ['a', 'b'], []]);
    expect(effects(run)).toEqual(['route a.1', 'until 7000', 'route b.1', 'until 6500']);
  });

  test('takes UNPAUSE while it still pauses', async () => {
    const run = routedRun(['a', 'b']);
    await run.pick('b.1', 'claude');
    await run.overspend('a.1', 2000);
    unpause(run, 2000);
    expect([run.state(), contextOf(run).active]).toEqual(['running.active', ['b', 'a']]);
  });

  test('takes no HOLD for a step that is held, waits or is unknown', async () => {
    const run = routedRun(['a', 'b']);
    await run.overspend('a.1', 2000);
    run.ask('c');
    const hold = (stepId: string): boolean => run.actor.getSnapshot().can({ type: 'HOLD', stepId, reason: held });
    expect(['a', 'b', 'c', 'd'].filter(hold)).toEqual(['b']);
  });

  test('that is stopping cancels a step instead of holding it, with the reason of the run', async () => {
    const run = routedRun(['a'], { total: 2 });
    run.send({ type: 'CANCEL', reason: 'enough' });
    run.dispatch('cleanup', { toolId: null });
    const outcomes = outcomesOf(run);
    await run.overspend('cleanup.1', 2000);
    expect([run.state(), contextOf(run).held, outcomes['cleanup']]).toEqual([
      'canceled',
      [],
      { kind: 'canceled', reason: 'enough' },
    ]);
  });

  test('that drains waits for the end of a step that it cancels instead of holding it', async () => {
    const run = routedRun(['a', 'b'], { total: 3, onFailure: 'fail_fast' });
    await run.pick('a.1', 'claude');
    await run.pick('b.1', 'claude');
    await run.end('attempt a.1', { kind: 'judged', exitCode: 1, means: 'never_retry', because: 'bad key' });
    expect(run.state()).toBe('running.draining');
    run.send({ type: 'HOLD', stepId: 'b', reason: held });
    expect([run.state(), contextOf(run).active, contextOf(run).held, effects(run)]).toEqual([
      'running.draining',
      [],
      ['b'],
      ['stop b.1'],
    ]);
    run.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    expect(run.state()).toBe('running.draining');
    await run.end('stop b.1', canceled);
    expect([run.state(), contextOf(run).held, contextOf(run).reason]).toEqual(['failed', [], 'step a failed']);
  });

  test('ends when the last step that was held has gone on and ended', async () => {
    const run = routedRun(['a', 'b']);
    await run.overspend('a.1', 2000);
    await run.pick('b.1', 'claude');
    await run.end('attempt b.1');
    expect([run.state(), contextOf(run).waiting, contextOf(run).active]).toEqual(['running.paused', 0, []]);
    unpause(run, 2000);
    await run.pick('a.1', 'claude');
    await run.end('attempt a.1');
    expect([run.state(), contextOf(run).held]).toEqual(['succeeded', []]);
  });
});

describe('the budget of a run', () => {
  test('lets calls through until it is used up, of all tools together or of one', () => {
    const run = routedRun(['a', 'b', 'c'], {
      maxParallel: 3,
      meters: [meter({ limit: 2 }), meter({ limit: 1, toolId: 'claude' })],
    });
    expect([takesCall(run, 'a'), takesCall(run, 'b'), takesCall(run, 'b', 'codex'), takesCall(run, 'c', 'codex')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(contextOf(run).meters.map(({ used }) => used)).toEqual([2, 1]);
  });

  test('counts a call once, however often the same step asks for the same tool before it has ended', () => {
    const run = routedRun(['a', 'b'], { meters: [meter({ limit: 1 })] });
    expect([takesCall(run, 'a'), takesCall(run, 'a'), takesCall(run, 'b')]).toEqual([true, true, false]);
    expect(contextOf(run)).toMatchObject({ meters: [{ used: 1 }], grants: [{ stepId: 'a', toolId: 'claude' }] });
    expect([takesSpending(run, 'a'), takesCall(run, 'a')]).toEqual([true, false]);
  });

  test('takes what a call has cost once, and only of a call that it let through', () => {
    const run = routedRun(['a', 'b'], { meters: [meter({ limit: 10, unit: 'minutes' }), meter({ limit: 5, unit: 'cost' })] });
    takesCall(run, 'a');
    expect([takesSpending(run, 'a', { minutes: 4, cost: 0.5 }), takesSpending(run, 'a', { minutes: 4, cost: 0.5 })]).toEqual([
      true,
      false,
    ]);
    expect([takesSpending(run, 'b', { minutes: 4 }), takesSpending(run, 'a', { minutes: 4 }, 'codex')]).toEqual([false, false]);
    expect(contextOf(run)).toMatchObject({ meters: [{ used: 4 }, { used: 0.5 }], grants: [] });
  });

  test('is overdrawn by a call that was let through, and then lets none through', () => {
    const run = routedRun(['a'], { meters: [meter({ limit: 10, unit: 'minutes' })] });
    takesCall(run, 'a');
    takesSpending(run, 'a', { minutes: 25 });
    expect([takesCall(run, 'a'), contextOf(run).meters[0]?.used]).toEqual([false, 25]);
  });

  test('knows no call of a step that does not run', async () => {
    const run = routedRun(['a'], { total: 2, meters: [meter({ limit: 5 })] });
    await run.overspend('a.1', 2000);
    expect([takesCall(run, 'a'), takesCall(run, 'nobody')]).toEqual([false, false]);
    expect(contextOf(run)).toMatchObject({ meters: [{ used: 0 }], grants: [] });
  });

  test('forgets a call with the end of its step, also of one that broke', async () => {
    const run = routedRun(['a', 'b'], { total: 3, meters: [meter({ limit: 5 })] });
    await run.pick('a.1', 'claude');
    takesCall(run, 'a');
    takesCall(run, 'b');
    await run.end('attempt a.1');
    expect(contextOf(run).grants).toEqual([{ stepId: 'b', toolId: 'claude' }]);
    await run.breakDown('route b.1', 'no lock');
    expect([run.state(), contextOf(run).grants, contextOf(run).meters[0]?.used]).toEqual(['running.quarantining', [], 2]);
  });

  test('is raised by UNPAUSE where it is used up, by as much as it was at first', async () => {
    const run = routedRun(['a'], {
      meters: [
        meter({ limit: 10, unit: 'minutes' }),
        meter({ limit: 3, toolId: 'claude' }),
        meter({ limit: 9, toolId: 'codex' }),
      ],
    });
    takesCall(run, 'a');
    takesSpending(run, 'a', { minutes: 25 });
    await run.overspend('a.1', 2000);
    unpause(run, 3000);
    expect(contextOf(run).meters.map(({ allowed }) => allowed)).toEqual([30, 3, 9]);
    expect(takesCall(run, 'a')).toBe(true);
  });

  test('is not raised by a pause that had another reason, while something is left', () => {
    const run = routedRun(['a'], { meters: [meter({ limit: 3 })] });
    takesCall(run, 'a');
    run.send({ type: 'PAUSE', reason: 'lunch' });
    unpause(run, 3000);
    expect([run.state(), contextOf(run).meters[0]?.allowed]).toEqual(['running.active', 3]);
  });
});
