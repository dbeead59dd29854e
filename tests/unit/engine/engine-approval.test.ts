import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Signal, SignalAnswer } from '../../../src/engine/signal.ts';
import type { StepId } from '../../../schemas/ids.ts';
import { EngineWorld } from './engine-fixture.ts';
import { always, loadedRun, type StepSketch } from './run-fixture.ts';

const asks: StepSketch = { action: { kind: 'approve', question: ['Go on?'], byDefault: 'reject' } };
const approves: StepSketch = { action: { kind: 'approve', question: ['Go on?'], byDefault: 'approve' } };

/** A world in which a run of these steps has gone as far as it can by itself. */
async function begun(
  sketches: readonly StepSketch[],
  more: Parameters<typeof loadedRun>[1] = {},
): Promise<{ world: EngineWorld; engine: Engine }> {
  const world = new EngineWorld(loadedRun(sketches, more));
  const engine = world.create();
  engine.start();
  await world.pass(0);
  return { world, engine };
}

const signal = (world: EngineWorld, command: Signal['command'], stepId: string | null = 's0'): Signal => ({
  id: `${command} ${String(stepId)} ${String(world.transactions.length)}`,
  command,
  reason: null,
  stepId: stepId as StepId | null,
  receivedAtMs: world.nowMs,
});

/** Gives a command to a run that nobody is running: where it stands then, and the answer. */
async function steer(world: EngineWorld, command: Signal): Promise<{ readonly state: string; readonly answer: SignalAnswer }> {
  const engine = await world.reopen();
  engine.start({ hold: true });
  const answer = await engine.apply(command);
  engine.halt();
  return { state: engine.state, answer };
}

describe('a run that asks a person', () => {
  test('waits when nothing else can go on, and again when it is taken up without an answer', async () => {
    const { world, engine } = await begun([asks, { needs: [0] }, {}], { maxParallel: 1 });
    expect(await engine.finished).toMatchObject({
      state: 'awaiting',
      awaiting: ['s0'],
      row: { state: 'running', endedAt: null },
    });
    expect(world.started).toEqual(['s2.1']);
    const again = await world.reopen();
    again.start();
    expect(await again.finished).toMatchObject({ state: 'awaiting', awaiting: ['s0'] });
    expect(world.events.filter(({ kind }) => kind === 'approval_requested')).toHaveLength(1);
  });

  test('goes on from the answer when it is taken up', async () => {
    const { world } = await begun([asks, { needs: [0] }]);
    expect(await steer(world, signal(world, 'approve'))).toMatchObject({ state: 'running.active', answer: { accepted: true } });
    expect(world.started).toEqual([]);
    const again = await world.reopen();
    again.start();
    expect(await again.finished).toMatchObject({ state: 'succeeded' });
    expect(world.started).toEqual(['s1.1']);
  });

  test('is over with the last answer, without a process of its own', async () => {
    const { world } = await begun([asks]);
    expect(await steer(world, signal(world, 'approve'))).toMatchObject({ state: 'succeeded' });
  });

  test('waits for the other answers after one of them', async () => {
    const { world } = await begun([asks, asks]);
    expect((await steer(world, signal(world, 'approve', 's1'))).state).toBe('running.awaitingPerson');
    expect((await steer(world, signal(world, 'reject', 's1'))).answer).toMatchObject({
      accepted: false,
      to: 'running.awaitingPerson',
    });
    expect((await steer(world, signal(world, 'approve'))).state).toBe('succeeded');
  });

  test('takes an answer while it is live, and goes on at once', async () => {
    const { world, engine } = await begun([asks, { ...approves, timeoutMs: 70 }, { needs: [0] }], { maxParallel: 1 });
    expect(await engine.apply(signal(world, 'approve'))).toMatchObject({ accepted: true, to: 'running.active' });
    expect(await engine.apply(signal(world, 'reject'))).toMatchObject({ accepted: false });
    await world.pass(0);
    expect([engine.isOver, world.started]).toEqual([false, ['s2.1']]);
    await world.pass(70);
    expect(await engine.finished).toMatchObject({ state: 'succeeded' });
  });

  test('after a rejection stops where it fails fast, and leaves cleanup to whoever takes it up', async () => {
    const { world } = await begun([asks, { needs: [0] }, { needs: [1], if: always }], { onFailure: 'fail_fast' });
    expect((await steer(world, signal(world, 'reject'))).state).toBe('running.draining');
    const again = await world.reopen();
    again.start();
    expect(await again.finished).toMatchObject({ state: 'failed', reason: 'step s0 failed' });
    expect([world.started, world.changes()]).toEqual([
      ['s2.1'],
      expect.arrayContaining(['s1 canceled', 's2 succeeded', 'run failed']),
    ]);
  });

  test('is paused by a rejection where it escalates', async () => {
    const { world } = await begun([asks, {}], { onFailure: 'escalate' });
    expect((await steer(world, signal(world, 'reject'))).state).toBe('failed');
    const more = await begun([asks, asks], { onFailure: 'escalate' });
    expect((await steer(more.world, signal(more.world, 'reject'))).state).toBe('running.paused');
    expect((await steer(more.world, signal(more.world, 'unpause', null))).state).toBe('running.awaitingPerson');
  });

  test('is paused while it waits, and waits again afterwards', async () => {
    const { world } = await begun([asks]);
    expect((await steer(world, signal(world, 'pause', null))).state).toBe('running.paused');
    const again = await world.reopen();
    again.start();
    expect(await again.finished).toMatchObject({ state: 'paused', awaiting: ['s0'] });
    expect((await steer(world, signal(world, 'unpause', null))).state).toBe('running.awaitingPerson');
  });
});

describe('a question with a time limit', () => {
  test('keeps the run going until its default counts', async () => {
    const { world, engine } = await begun([{ ...approves, timeoutMs: 70 }, { needs: [0] }]);
    expect([engine.isOver, world.timers()]).toEqual([false, [70]]);
    await world.pass(70);
    expect(await engine.finished).toMatchObject({ state: 'succeeded' });
    expect(world.started).toEqual(['s1.1']);
  });

  test('keeps its deadline across a crash', async () => {
    const { world } = await begun([{ ...asks, timeoutMs: 70 }]);
    world.nowMs += 30;
    const again = await world.reopen();
    again.start();
    await world.pass(0);
    expect(world.timers()).toEqual([40]);
    await world.pass(40);
    expect(await again.finished).toMatchObject({ state: 'failed', reason: '1 step failed' });
    expect(world.events.at(-2)?.payload).toMatchObject({ to: 'failed', reason: { kind: 'rejected', byDefault: true } });
  });

  test('refuses an answer that was given after its time, although nobody was there to say so', async () => {
    const { world } = await begun([{ ...asks, timeoutMs: 70 }]);
    world.nowMs += 70;
    const { answer, state } = await steer(world, signal(world, 'approve'));
    expect([state, answer.accepted, answer.message]).toEqual([
      'running.active',
      false,
      'step s0 waited for an answer until 2026-01-01T00:00:00.070Z: its default counts now (reject)',
    ]);
    const again = await world.reopen();
    again.start();
    await world.pass(0);
    expect(await again.finished).toMatchObject({ state: 'failed' });
  });

  test('takes an answer that was given in time, although it is read later', async () => {
    const { world } = await begun([{ ...asks, timeoutMs: 70 }]);
    const inTime = signal(world, 'approve');
    world.nowMs += 500;
    expect((await steer(world, inTime)).state).toBe('succeeded');
  });
});

describe('a run whose own time was up while it waited for a person', () => {
  test('fails when it is taken up', async () => {
    const { world } = await begun([asks, { needs: [0] }], { timeoutMs: 500, onFailure: 'fail_fast' });
    world.nowMs += 501;
    const again = await world.reopen();
    again.start();
    await world.pass(0);
    expect(await again.finished).toMatchObject({ state: 'failed', reason: "the run's timeout of 500 ms has passed" });
  });

  test('starts nothing more after a late approval', async () => {
    const { world } = await begun([asks, { needs: [0] }], { timeoutMs: 500, onFailure: 'fail_fast' });
    world.nowMs += 501;
    expect((await steer(world, signal(world, 'approve'))).answer.accepted).toBe(true);
    const again = await world.reopen();
    again.start();
    await world.pass(0);
    expect(await again.finished).toMatchObject({ state: 'failed' });
    expect(world.started).toEqual([]);
  });

  test('still runs its cleanup', async () => {
    const { world } = await begun([asks, { needs: [0], if: always }], { timeoutMs: 500, onFailure: 'fail_fast' });
    await steer(world, signal(world, 'pause', null));
    world.nowMs += 501;
    const again = await world.reopen();
    again.start();
    await world.pass(0);
    expect(await again.finished).toMatchObject({ state: 'failed' });
    expect(world.started).toEqual(['s1.1']);
  });
});
