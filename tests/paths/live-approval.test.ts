import { describe, expect, test } from 'vitest';
import type { Snapshot } from 'xstate';
import type { Outcome } from '../../schemas/outcome.ts';
import { outcomesOf, startRun, type LiveRun } from './live-run.ts';

const canceled: Outcome = { kind: 'canceled', reason: 'stopped' };
const contextOf = (run: LiveRun) => run.actor.getSnapshot().context;
const idle = { type: 'IDLE' } as const;
const stored = (run: LiveRun): Snapshot<unknown> =>
  JSON.parse(JSON.stringify(run.actor.getPersistedSnapshot())) as Snapshot<unknown>;

describe('a step that asks a person', () => {
  test('succeeds with an approval and its comment, and its actor is dropped', () => {
    const run = startRun({ total: 1 });
    const outcomes = outcomesOf(run);
    run.ask('a');
    expect([run.children(), run.begun(), contextOf(run).awaiting]).toEqual([
      ['deadline', 'step.a'],
      ['deadline'],
      [{ stepId: 'a', timed: false }],
    ]);
    expect(run.answer('a', true, 'well done')).toBe(true);
    expect([run.state(), run.children(), outcomes['a']]).toEqual([
      'succeeded',
      [],
      { kind: 'approved', comment: 'well done', byDefault: false },
    ]);
  });

  test('fails with a rejection', () => {
    const run = startRun({ total: 1, onFailure: 'continue' });
    const outcomes = outcomesOf(run);
    run.ask('a');
    run.answer('a', false);
    expect([run.state(), contextOf(run).reason, outcomes['a']]).toEqual([
      'failed',
      '1 step failed',
      { kind: 'rejected', comment: null, byDefault: false },
    ]);
  });

  test('hears one answer: the second one, of whatever kind, is refused', () => {
    const run = startRun({ total: 2 });
    run.ask('a');
    expect([run.answer('a', true), run.answer('a', false), run.answer('a', true)]).toEqual([true, false, false]);
    expect(contextOf(run)).toMatchObject({ succeeded: 1, failed: 0, waiting: 1, awaiting: [] });
  });

  test('takes no slot: another step runs beside it', async () => {
    const run = startRun({ total: 3, maxParallel: 1 });
    run.dispatch('a');
    run.ask('b');
    run.ask('c');
    expect(contextOf(run)).toMatchObject({ active: ['a'], waiting: 0 });
    expect(contextOf(run).awaiting.map((step) => step.stepId)).toEqual(['b', 'c']);
    await run.end('attempt a.1');
    run.answer('c', true);
    run.answer('b', true);
    expect(run.state()).toBe('succeeded');
  });

  test.each([
    ['approve', 'succeeded', 'approved'],
    ['reject', 'failed', 'rejected'],
  ] as const)('with the default to %s has %s when its time is up', async (byDefault, state, kind) => {
    const run = startRun({ total: 1 });
    const outcomes = outcomesOf(run);
    run.ask('a', { timeoutMs: 70, byDefault });
    expect([run.begun(), contextOf(run).awaiting]).toEqual([['deadline', 'until 1070'], [{ stepId: 'a', timed: true }]]);
    await run.end('until 1070');
    expect([run.state(), outcomes['a']]).toEqual([state, { kind, comment: null, byDefault: true }]);
    expect(run.answer('a', true)).toBe(false);
  });

  test('that is answered in time hears no more of its time', () => {
    const run = startRun({ total: 2 });
    run.ask('a', { timeoutMs: 70 });
    run.answer('a', true);
    expect([run.begun(), contextOf(run).succeeded]).toEqual([['deadline'], 1]);
  });

  test('that cannot be asked fails at once, like one that cannot be started, without an attempt', () => {
    const obstacle: Outcome = { kind: 'expressionFailed', field: 'approve', message: 'no such output' };
    const run = startRun({ total: 3, onFailure: 'continue' });
    run.ask('a', {}, { obstacle });
    run.dispatch('b', { obstacle: { ...obstacle, field: 'if' } });
    expect([run.begun(), run.children()]).toEqual([['deadline'], ['deadline']]);
    expect(contextOf(run)).toMatchObject({ failed: 2, active: [], awaiting: [], waiting: 1 });
  });
});

describe('a run in which only a person can go on', () => {
  test('waits for the person, starts nothing, and goes on with the answer', () => {
    const run = startRun({ total: 2 });
    run.ask('a');
    run.send(idle);
    expect([run.state(), run.actor.getSnapshot().hasTag('waitsForPerson')]).toEqual(['running.awaitingPerson', true]);
    run.dispatch('b');
    run.ask('c');
    expect(run.children()).toEqual(['deadline', 'step.a']);
    run.answer('a', true);
    expect(run.state()).toBe('running.active');
    run.dispatch('b');
    expect(contextOf(run).active).toEqual(['b']);
  });

  test('does not wait where something runs or a question has a time limit', () => {
    const run = startRun({ total: 3 });
    run.ask('a', { timeoutMs: 70 });
    run.ask('b');
    run.send(idle);
    expect(run.state()).toBe('running.active');
    run.answer('a', true);
    run.dispatch('c');
    run.send(idle);
    expect(run.state()).toBe('running.active');
  });

  test('waits again for the other answers', () => {
    const run = startRun({ total: 2 });
    run.ask('a');
    run.ask('b');
    run.send(idle);
    run.answer('b', true);
    run.send(idle);
    expect([run.state(), contextOf(run).awaiting]).toEqual(['running.awaitingPerson', [{ stepId: 'a', timed: false }]]);
  });

  test('stops after a rejection where it fails fast, and cancels the other questions', () => {
    const run = startRun({ total: 3, onFailure: 'fail_fast' });
    const outcomes = outcomesOf(run);
    run.ask('a');
    run.ask('b');
    run.send(idle);
    run.answer('a', false, 'wrong version');
    expect([run.state(), contextOf(run).awaiting]).toEqual(['running.draining', []]);
    run.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    expect([run.state(), contextOf(run).reason]).toEqual(['failed', 'step a failed']);
    expect(outcomes['b']).toEqual({ kind: 'canceled', reason: 'step a failed' });
  });

  test('pauses after a rejection where it escalates, and still takes the other answers', () => {
    const run = startRun({ total: 3, onFailure: 'escalate' });
    run.ask('a');
    run.ask('b');
    run.send(idle);
    run.answer('a', false);
    expect([run.state(), contextOf(run).reason]).toEqual(['running.paused', 'step a failed']);
    expect(run.answer('b', true)).toBe(true);
    expect(run.state()).toBe('running.paused');
    run.send({ type: 'UNPAUSE', nowMs: 3000 });
    expect([run.state(), contextOf(run).succeeded]).toEqual(['running.active', 1]);
  });

  test('goes on after a rejection that is tolerated', () => {
    const run = startRun({ total: 1, onFailure: 'fail_fast' });
    run.ask('a', {}, { continueOnError: true });
    run.send(idle);
    run.answer('a', false);
    expect([run.state(), contextOf(run)]).toMatchObject(['succeeded', { failed: 1, tolerated: 1 }]);
  });

  test.each([
    ['CANCEL', 'canceled'],
    ['QUARANTINE', 'quarantined'],
  ] as const)('ends on %s at once, and its question with it', (type, state) => {
    const run = startRun({ total: 1 });
    const outcomes = outcomesOf(run);
    run.ask('a');
    run.send(idle);
    run.send({ type, reason: 'enough' });
    expect([run.state(), run.children(), outcomes['a']]).toEqual([state, [], { kind: 'canceled', reason: 'enough' }]);
    expect(run.answer('a', true)).toBe(false);
  });

  test('is paused without a detour, and takes the last answer while it is paused', () => {
    const run = startRun({ total: 1 });
    run.ask('a');
    run.send(idle);
    run.send({ type: 'PAUSE', reason: 'lunch' });
    expect(run.state()).toBe('running.paused');
    run.answer('a', true);
    expect(run.state()).toBe('succeeded');
  });

  test('fails when its own time is up', async () => {
    const run = startRun({ total: 1, timeoutMs: 500 });
    run.ask('a');
    run.send(idle);
    await run.end('deadline');
    expect([run.state(), contextOf(run).reason]).toEqual(['failed', "the run's timeout of 500 ms has passed"]);
  });

  test('takes no answer while it is stopping: the question is gone', async () => {
    const run = startRun({ total: 2 });
    run.dispatch('a');
    run.ask('b');
    run.send({ type: 'CANCEL', reason: 'enough' });
    expect([run.state(), run.answer('b', true)]).toEqual(['running.canceling', false]);
    await run.end('stop a.1', canceled);
    expect([run.state(), contextOf(run).canceled]).toEqual(['canceled', 2]);
  });
});

describe('a restored run that asks', () => {
  test('waits as before and takes the answer', () => {
    const run = startRun({ total: 1 });
    run.ask('a');
    run.send(idle);
    const again = startRun({ total: 1 }, stored(run));
    expect([again.state(), again.children()]).toEqual(['running.awaitingPerson', ['deadline', 'step.a']]);
    again.answer('a', true);
    expect(again.state()).toBe('succeeded');
  });

  test('has the same deadline for the answer', async () => {
    const run = startRun({ total: 1 });
    run.ask('a', { timeoutMs: 70, byDefault: 'approve' });
    const again = startRun({ total: 1 }, stored(run));
    expect(again.begun()).toEqual(['deadline', 'until 1070']);
    await again.end('until 1070');
    expect(again.state()).toBe('succeeded');
  });
});
