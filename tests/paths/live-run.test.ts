import { describe, expect, test } from 'vitest';
import { createActor, type Snapshot } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import { stepMachine } from '../../machines/step.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { runInput, stepInput } from '../../src/charts/territory/sample-inputs.ts';
import { startRun } from './live-run.ts';

const exited: Outcome = { kind: 'exitNonZero', exitCode: 1 };
const canceled: Outcome = { kind: 'canceled', reason: 'stopped' };

describe('a live run', () => {
  test('of three steps succeeds, and drops each step when it has ended', async () => {
    const run = startRun({ total: 3 });
    run.dispatch('a');
    expect(run.children()).toEqual(['deadline', 'step.a']);
    await run.end('attempt a.1');
    expect(run.children()).toEqual(['deadline']);
    run.dispatch('b');
    run.dispatch('c');
    expect(run.actor.getSnapshot().context.active).toEqual(['b', 'c']);
    await run.end('attempt c.1');
    expect(run.children()).toEqual(['deadline', 'step.b']);
    expect(run.state()).toBe('running.active');
    await run.end('attempt b.1');
    expect([run.state(), run.children(), run.begun()]).toEqual(['succeeded', [], []]);
    expect(run.actor.getSnapshot().context).toMatchObject({ succeeded: 3, waiting: 0, active: [], reason: null });
  });

  test('without steps succeeds at once', () => {
    expect(startRun({ total: 0 }).state()).toBe('succeeded');
  });

  test('refuses a dispatch when no slot is free', () => {
    const run = startRun({ total: 3, maxParallel: 1 });
    run.dispatch('a');
    run.dispatch('b');
    expect(run.children()).toEqual(['deadline', 'step.a']);
    expect(run.actor.getSnapshot().context).toMatchObject({ active: ['a'], waiting: 2 });
  });

  test('tries a step again in the same actor', async () => {
    const run = startRun({ total: 1 });
    run.dispatch('a', { onInterrupted: 'rerun' });
    await run.end('attempt a.1', { kind: 'interrupted', message: 'lost' });
    expect(run.begun()).toEqual(['deadline', 'attempt a.2']);
    await run.end('attempt a.2');
    expect(run.state()).toBe('succeeded');
  });

  test('goes on after a failure where failures are tolerated or the policy is to continue', async () => {
    const run = startRun({ total: 3, onFailure: 'fail_fast' });
    run.dispatch('a', { continueOnError: true });
    await run.end('attempt a.1', exited);
    expect(run.state()).toBe('running.active');
    const other = startRun({ total: 2, onFailure: 'continue' });
    other.dispatch('a');
    await other.end('attempt a.1', exited);
    other.dispatch('b');
    await other.end('attempt b.1');
    expect([other.state(), other.actor.getSnapshot().context.reason]).toEqual(['failed', '1 step failed']);
  });

  test('counts in its reason the steps that failed', async () => {
    const run = startRun({ total: 2, onFailure: 'continue' });
    run.dispatch('a');
    run.dispatch('b');
    await run.end('attempt a.1', exited);
    await run.end('attempt b.1', exited);
    expect([run.state(), run.actor.getSnapshot().context.reason]).toEqual(['failed', '2 steps failed']);
  });
});

describe('a live run that fails fast', () => {
  test('stops the step beside the failed one, lets cleanup run, and ends failed with the name of the step', async () => {
    const run = startRun({ total: 4, onFailure: 'fail_fast' });
    run.dispatch('a');
    run.dispatch('b');
    await run.end('attempt a.1', exited);
    expect([run.state(), run.begun()]).toEqual(['running.draining', ['deadline', 'stop b.1']]);
    await run.end('stop b.1', canceled);
    run.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    run.dispatch('cleanup');
    await run.end('attempt cleanup.1');
    expect([run.state(), run.children()]).toEqual(['failed', []]);
    expect(run.actor.getSnapshot().context).toMatchObject({ failed: 1, canceled: 2, succeeded: 1, reason: 'step a failed' });
  });

  test('drains when its time is up', async () => {
    const run = startRun({ total: 1, timeoutMs: 500 });
    run.dispatch('a');
    await run.end('deadline');
    await run.end('stop a.1', canceled);
    expect([run.state(), run.actor.getSnapshot().context.reason]).toEqual(['failed', "the run's timeout of 500 ms has passed"]);
  });
});

describe('a live run that escalates', () => {
  test('pauses after a failure when what runs has ended, and goes on when told', async () => {
    const run = startRun({ total: 3, onFailure: 'escalate' });
    run.dispatch('a');
    run.dispatch('b');
    await run.end('attempt a.1', exited);
    expect(run.state()).toBe('running.pausing');
    run.dispatch('c');
    await run.end('attempt b.1');
    expect([run.state(), run.children()]).toEqual(['running.paused', ['deadline']]);
    run.send({ type: 'UNPAUSE', nowMs: 3000 });
    run.dispatch('c');
    await run.end('attempt c.1');
    expect([run.state(), run.actor.getSnapshot().context.reason]).toEqual(['failed', '1 step failed']);
  });
});

describe('a live run that is canceled', () => {
  test('before its start ends at once with every step canceled', () => {
    const actor = createActor(runMachine, { input: runInput({ total: 3 }) }).start();
    actor.send({ type: 'CANCEL', reason: 'not today' });
    expect(actor.getSnapshot().value).toBe('canceled');
    expect(actor.getSnapshot().context).toMatchObject({ canceled: 3, waiting: 0, reason: 'not today' });
  });

  test('stops its steps and runs cleanup; canceled again it stops cleanup too and keeps the first reason', async () => {
    const run = startRun({ total: 3 });
    run.dispatch('a');
    run.send({ type: 'CANCEL', reason: 'enough' });
    expect([run.state(), run.begun()]).toEqual(['running.canceling', ['deadline', 'stop a.1']]);
    await run.end('stop a.1', canceled);
    run.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    run.dispatch('cleanup');
    expect(run.begun()).toEqual(['deadline', 'attempt cleanup.1']);
    run.send({ type: 'CANCEL', reason: 'at once' });
    expect([run.state(), run.begun()]).toEqual(['running.aborting', ['deadline', 'stop cleanup.1']]);
    run.send({ type: 'CANCEL', reason: 'now' });
    await run.end('stop cleanup.1', canceled);
    expect([run.state(), run.actor.getSnapshot().context.reason]).toEqual(['canceled', 'enough']);
    expect(run.actor.getSnapshot().context.canceled).toBe(3);
  });
});

describe('a live run that cannot be trusted', () => {
  test('is quarantined after it failed, and then refuses everything', async () => {
    const run = startRun({ total: 1, onFailure: 'continue' });
    run.dispatch('a');
    await run.end('attempt a.1', exited);
    run.send({ type: 'QUARANTINE', reason: 'odd output' });
    const events = [
      { type: 'CANCEL', reason: 'too late' },
      { type: 'QUARANTINE', reason: 'again' },
      { type: 'UNPAUSE', nowMs: 3000 },
    ] as const;
    expect(events.filter((event) => run.actor.getSnapshot().can(event))).toEqual([]);
    expect([run.state(), run.actor.getSnapshot().context.reason]).toEqual(['quarantined', 'odd output']);
  });

  test('is quarantined with the text of the error when the logic of a step throws', async () => {
    const run = startRun({ total: 3 });
    run.dispatch('a');
    run.dispatch('b');
    await run.breakDown('attempt a.1', 'the disk is on fire');
    expect([run.state(), run.begun()]).toEqual(['running.quarantining', ['deadline', 'stop b.1']]);
    expect(run.children()).toEqual(['deadline', 'step.b']);
    await run.end('stop b.1', canceled);
    run.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    expect(run.state()).toBe('quarantined');
    expect(run.actor.getSnapshot().context).toMatchObject({
      failed: 1,
      canceled: 2,
      reason: 'step.a is broken: Error: the disk is on fire',
    });
  });

  test('keeps the first reason when a second step breaks', async () => {
    const run = startRun({ total: 2 });
    run.dispatch('a');
    run.dispatch('b');
    run.send({ type: 'QUARANTINE', reason: 'odd output' });
    await run.breakDown('stop a.1', 'no such process');
    await run.end('stop b.1', canceled);
    expect([run.state(), run.actor.getSnapshot().context.reason]).toEqual(['quarantined', 'odd output']);
    expect(run.actor.getSnapshot().context).toMatchObject({ failed: 1, canceled: 1, active: [] });
  });

  test('is quarantined when its timer breaks', async () => {
    const run = startRun({ total: 1, timeoutMs: 500 });
    run.dispatch('a');
    await run.breakDown('deadline', 'no clock');
    await run.end('stop a.1', canceled);
    expect([run.state(), run.actor.getSnapshot().context.reason]).toEqual([
      'quarantined',
      "the run's timer is broken: Error: no clock",
    ]);
  });

  test('is not acted out by a machine whose actors were not provided', async () => {
    const actor = createActor(runMachine, { input: runInput({ total: 1 }) }).start();
    actor.send({ type: 'START', nowMs: 1000 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(actor.getSnapshot().context.reason).toContain('the actor "sleepUntil" was not provided to this machine');
    const step = createActor(stepMachine, { input: stepInput('a') });
    const errors: unknown[] = [];
    step.subscribe({ error: (error) => errors.push(error) });
    step.start();
    await new Promise((resolve) => setImmediate(resolve));
    expect(String(errors[0])).toBe('Error: the actor "attempt" was not provided to this machine');
  });
});

describe('a restored run', () => {
  test('does not hear again of a time that was up before', async () => {
    const run = startRun({ total: 2, timeoutMs: 500 });
    run.dispatch('a');
    await run.end('deadline');
    run.send({ type: 'CANCEL', reason: 'enough' });
    const stored = JSON.parse(JSON.stringify(run.actor.getPersistedSnapshot())) as Snapshot<unknown>;
    const again = startRun({ total: 2, timeoutMs: 500 }, stored);
    await new Promise((resolve) => setImmediate(resolve));
    expect([again.state(), again.begun()]).toEqual(['running.canceling', ['stop a.1']]);
  });

  test('stops its steps although its snapshot does not say why', async () => {
    const run = startRun({ total: 1, timeoutMs: 500 });
    run.dispatch('a');
    const stored = JSON.parse(JSON.stringify(run.actor.getPersistedSnapshot())) as { value: object };
    stored.value = { running: 'canceling' };
    const again = startRun({ total: 1, timeoutMs: 500 }, stored as unknown as Snapshot<unknown>);
    await again.end('deadline');
    expect([again.state(), again.begun()]).toEqual(['running.aborting', ['stop a.1']]);
    await again.end('stop a.1', canceled);
    expect([again.state(), again.actor.getSnapshot().context.reason]).toEqual(['canceled', null]);
  });

  test('starts the effects of its steps again and hears their ends', async () => {
    const run = startRun({ total: 2 });
    run.dispatch('a');
    run.dispatch('b', { continueOnError: true });
    const again = startRun({ total: 2 }, JSON.parse(JSON.stringify(run.actor.getPersistedSnapshot())) as Snapshot<unknown>);
    expect(again.begun()).toEqual(['deadline', 'attempt a.1', 'attempt b.1']);
    await again.end('attempt b.1', exited);
    await again.end('attempt a.1');
    expect([again.state(), again.children()]).toEqual(['succeeded', []]);
  });
});
