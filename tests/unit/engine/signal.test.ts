import { describe, expect, test } from 'vitest';
import { createActor, fromPromise, type Actor } from 'xstate';
import { runMachine } from '../../../machines/run.ts';
import { stepMachine } from '../../../machines/step.ts';
import { applySignal, eventOf, refusal, type Signal, type SignalCommand } from '../../../src/engine/signal.ts';
import { databaseOf, plainInput } from './recording-fixture.ts';

const signal = (command: SignalCommand, reason: string | null = null): Signal => ({
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  command,
  reason,
  stepId: null,
  receivedAtMs: 1000,
});

/** A run of `total` steps that has started; it has no effects. */
function started(total = 2): Actor<typeof runMachine> {
  const sleepUntil = fromPromise<{ readonly nowMs: number }, { readonly untilMs: number | null }>(
    () => new Promise(() => undefined),
  );
  const actor = createActor(
    runMachine.provide({ actors: { sleepUntil, step: stepMachine.provide({ actors: { sleepUntil } }) } }),
    {
      input: { runId: 'run', total, maxParallel: 1, onFailure: 'continue', timeoutMs: null, meters: [] },
    },
  );
  actor.start();
  actor.send({ type: 'START', nowMs: 1 });
  return actor;
}

/** The same with a step that waits for an answer. */
function asking(): Actor<typeof runMachine> {
  const root = started();
  const input = { ...plainInput('ship', 1), approval: { timeoutMs: null, byDefault: 'reject' } } as const;
  root.send({ type: 'ASK', stepId: 'ship', input });
  return root;
}

describe('an answer', () => {
  const approve: Signal = { ...signal('approve', 'checked'), stepId: 'ship' };

  test('is the event of the chart, with the comment as it was given', () => {
    expect(eventOf(approve, 2000)).toEqual({ type: 'ANSWER', stepId: 'ship', approved: true, comment: 'checked' });
    expect(eventOf({ ...signal('reject'), stepId: 'ship' }, 2000)).toEqual({
      type: 'ANSWER',
      stepId: 'ship',
      approved: false,
      comment: null,
    });
  });

  test('counts once: the second one is refused, also when it is the opposite', () => {
    const root = asking();
    expect(applySignal(root, approve, 2000).answer).toMatchObject({ accepted: true, message: '' });
    const { answer } = applySignal(root, { ...approve, command: 'reject' }, 2000);
    expect([answer.accepted, answer.message]).toEqual([false, 'step ship does not wait for an answer']);
    expect(root.getSnapshot().context).toMatchObject({ succeeded: 1, failed: 0, waiting: 1 });
  });

  test('to another step, or to a run that has ended, is refused in words', () => {
    const other = applySignal(asking(), { ...approve, stepId: 'build' }, 2000).answer;
    expect([other.accepted, other.message]).toEqual([false, 'step build does not wait for an answer']);
    const late = applySignal(started(0), approve, 2000).answer;
    expect(late.message).toBe('the run has ended (succeeded): step ship cannot be approved any more');
    expect(refusal({ ...approve, command: 'reject' }, 'failed', true)).toContain('cannot be rejected any more');
  });

  test('that something speaks against changes nothing, and its refusal is kept', async () => {
    const root = asking();
    const { answer, statement } = applySignal(root, approve, 2000, 'its time is up');
    expect(answer).toEqual({ accepted: false, from: 'running.active', to: 'running.active', message: 'its time is up' });
    expect(root.getSnapshot().context.awaiting).toHaveLength(1);
    const database = await databaseOf([[statement]]);
    expect(database.query('select command, payload, accepted from signals', [])).toEqual([
      { command: 'approve', payload: '{"reason":"checked","step_id":"ship"}', accepted: 0 },
    ]);
    database.close();
  });
});

describe('a signal', () => {
  test('is the event of the chart, with a reason of its own where none was given', () => {
    expect((['cancel', 'pause', 'unpause', 'quarantine'] as const).map((command) => eventOf(signal(command), 2000))).toEqual([
      { type: 'CANCEL', reason: 'cancel was asked for' },
      { type: 'PAUSE', reason: 'pause was asked for' },
      { type: 'UNPAUSE', nowMs: 2000 },
      { type: 'QUARANTINE', reason: 'quarantine was asked for' },
    ]);
    expect(eventOf(signal('cancel', 'enough'), 2000)).toEqual({ type: 'CANCEL', reason: 'enough' });
  });

  test('moves the run where the chart has the transition, and says from where to where', () => {
    const root = started();
    expect(applySignal(root, signal('pause'), 2000).answer).toEqual({
      accepted: true,
      from: 'running.active',
      to: 'running.paused',
      message: '',
    });
    expect(applySignal(root, signal('unpause'), 2000).answer).toMatchObject({
      accepted: true,
      from: 'running.paused',
      to: 'running.active',
    });
    expect(applySignal(root, signal('cancel'), 2000).answer).toMatchObject({ accepted: true, to: 'running.canceling' });
    expect(applySignal(root, signal('cancel'), 2000).answer).toMatchObject({ accepted: true, to: 'running.aborting' });
  });

  test('is refused in words where it has none, and changes nothing', () => {
    const root = started();
    const { answer } = applySignal(root, signal('unpause'), 2000);
    expect(answer).toEqual({
      accepted: false,
      from: 'running.active',
      to: 'running.active',
      message: 'the run is in the state running.active, which has no transition for unpause',
    });
  });

  test('comes too late for a run that has ended', () => {
    const { answer } = applySignal(started(0), signal('cancel'), 2000);
    expect([answer.accepted, answer.message]).toEqual([false, 'the run has ended (succeeded): it cannot be canceled any more']);
    expect(refusal(signal('quarantine'), 'canceled', true)).toBe(
      'the run has ended (canceled): it cannot be quarantined any more',
    );
  });

  test('is kept with its answer, whether it was accepted or not', async () => {
    const root = started();
    const kept = applySignal(root, signal('pause', 'lunch'), 2500);
    const refused = applySignal(root, { ...signal('pause'), id: '01ARZ3NDEKTSV4RRFFQ69G5FAW' }, 2600);
    const database = await databaseOf([[kept.statement, refused.statement]]);
    expect(database.query('select * from signals order by signal_id', [])).toEqual([
      {
        signal_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
        command: 'pause',
        payload: '{"reason":"lunch","step_id":null}',
        received_at: '1970-01-01T00:00:01.000Z',
        applied_at: '1970-01-01T00:00:02.500Z',
        accepted: 1,
        answer: JSON.stringify(kept.answer),
      },
      expect.objectContaining({ accepted: 0, payload: '{"reason":null,"step_id":null}', answer: JSON.stringify(refused.answer) }),
    ]);
    database.close();
  });
});
