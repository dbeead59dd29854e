import { describe, expect, test } from 'vitest';
import { createActor, fromPromise, type Actor } from 'xstate';
import { runMachine } from '../../../machines/run.ts';
import { applySignal, eventOf, refusal, type Signal, type SignalCommand } from '../../../src/engine/signal.ts';
import { databaseOf } from './recording-fixture.ts';

const signal = (command: SignalCommand, reason: string | null = null): Signal => ({
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  command,
  reason,
  receivedAtMs: 1000,
});

/** A run of `total` steps that has started; it has no effects. */
function started(total = 2): Actor<typeof runMachine> {
  const sleepUntil = fromPromise<{ readonly nowMs: number }, { readonly untilMs: number | null }>(
    () => new Promise(() => undefined),
  );
  const actor = createActor(runMachine.provide({ actors: { sleepUntil } }), {
    input: { runId: 'run', total, maxParallel: 1, onFailure: 'continue', timeoutMs: null },
  });
  actor.start();
  actor.send({ type: 'START', nowMs: 1 });
  return actor;
}

describe('a signal', () => {
  test('is the event of the chart, with a reason of its own where none was given', () => {
    expect((['cancel', 'pause', 'unpause', 'quarantine'] as const).map((command) => eventOf(signal(command)))).toEqual([
      { type: 'CANCEL', reason: 'cancel was asked for' },
      { type: 'PAUSE', reason: 'pause was asked for' },
      { type: 'UNPAUSE' },
      { type: 'QUARANTINE', reason: 'quarantine was asked for' },
    ]);
    expect(eventOf(signal('cancel', 'enough'))).toEqual({ type: 'CANCEL', reason: 'enough' });
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
    expect(refusal('quarantine', 'canceled', true)).toBe('the run has ended (canceled): it cannot be quarantined any more');
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
        payload: '{"reason":"lunch"}',
        received_at: '1970-01-01T00:00:01.000Z',
        applied_at: '1970-01-01T00:00:02.500Z',
        accepted: 1,
        answer: JSON.stringify(kept.answer),
      },
      expect.objectContaining({ accepted: 0, payload: '{"reason":null}', answer: JSON.stringify(refused.answer) }),
    ]);
    database.close();
  });
});
