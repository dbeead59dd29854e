import { describe, expect, test } from 'vitest';
import { createActor, setup } from 'xstate';
import { InvariantError } from '../../../src/errors.ts';
import { machineOf } from '../../../src/engine/rows.ts';
import { iso } from '../../../src/engine/run-event.ts';
import type { Statement } from '../../../src/store/statement.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import { begin, databaseOf, record, settled, type Recording } from './recording-fixture.ts';

const succeeded: Outcome = { kind: 'succeeded', exitCode: 0 };
const exited: Outcome = { kind: 'exitNonZero', exitCode: 1 };
const canceled: Outcome = { kind: 'canceled', reason: 'stopped' };

/** The kinds of events in a transaction, each with the state it leads to. */
function eventsIn(statements: readonly Statement[] | undefined): string[] {
  return (statements ?? [])
    .filter(([sql]) => sql.startsWith('insert into run_events'))
    .map((statement) => {
      const payload = JSON.parse(String(statement[7])) as { step_id?: string; to?: string };
      return [statement[6], payload.step_id, payload.to].filter((word) => word !== undefined).join(' ');
    });
}

/** A run of two steps that has dispatched the first, everything synced. */
async function running(more: Parameters<typeof record>[0] = {}): Promise<Recording> {
  const recording = record(more);
  begin(recording);
  recording.dispatch('s0');
  await settled();
  await recording.store.sync();
  return recording;
}

describe('one synchronous turn', () => {
  test('is one transaction: the start of the run and of its first step', async () => {
    const { store } = await running();
    expect(store.transactions).toHaveLength(1);
    expect(eventsIn(store.transactions[0])).toEqual([
      'run_started running.active',
      'step_state_changed s0 attempting.executing',
      'tool_call_started s0',
    ]);
  });

  test("keeps a step's end, the run's answer and the next dispatch together", async () => {
    const recording = await running();
    recording.turn = () => {
      if (recording.root.getSnapshot().context.waiting > 0) recording.dispatch('s1');
    };
    await recording.end('attempt s0.1', succeeded);
    expect(recording.store.transactions).toHaveLength(2);
    expect(eventsIn(recording.store.transactions[1])).toEqual([
      'tool_call_completed s0',
      'step_state_changed s0 succeeded',
      'step_state_changed s1 attempting.executing',
      'tool_call_started s1',
    ]);
    const database = await databaseOf(recording.store.transactions);
    const [run] = database.query("select snapshot from snapshots where actor_id = 'run'", []);
    expect((JSON.parse(String(run?.['snapshot'])) as { context: object }).context).toMatchObject({
      active: ['s1'],
      succeeded: 1,
      waiting: 0,
    });
    expect(database.query('select actor_id, machine, version from snapshots order by actor_id', [])).toEqual([
      { actor_id: 'run', machine: 'run', version: '1.1.0' },
      { actor_id: 'step.s1', machine: 'step', version: '1.1.0' },
    ]);
    database.close();
  });

  test('keeps the last end and the end of the run together, and drops every snapshot', async () => {
    const recording = await running({ total: 1 });
    await recording.end('attempt s0.1', succeeded);
    expect(eventsIn(recording.store.transactions[1])).toEqual([
      'tool_call_completed s0',
      'step_state_changed s0 succeeded',
      'run_state_changed succeeded',
    ]);
    const database = await databaseOf(recording.store.transactions);
    expect(database.query('select * from snapshots', [])).toEqual([]);
    expect(database.query('select state, exit_code, ended_at, error_message from runs', [])).toEqual([
      { state: 'succeeded', exit_code: 0, ended_at: '2026-01-01T00:00:00.000Z', error_message: null },
    ]);
    database.close();
  });

  test('without any change writes nothing', async () => {
    const recording = await running();
    recording.recorder.requestTurn();
    await settled();
    expect(recording.store.transactions).toHaveLength(1);
  });

  test('can be handed over before it is at its end, and then is not written twice', async () => {
    const recording = record();
    begin(recording);
    recording.recorder.commitNow();
    expect(recording.store.transactions).toHaveLength(1);
    await settled();
    expect(recording.store.transactions).toHaveLength(1);
    recording.store.refuse = new Error('disk full');
    recording.recorder.note('note', { text: 'hello' });
    recording.recorder.commitNow();
    recording.recorder.commitNow();
    expect(recording.failures).toEqual([new Error('disk full')]);
  });

  test('holds what is noted and settled in it', async () => {
    const recording = await running();
    recording.recorder.settleWaiting('s1', 'skipped', { kind: 'conditionFalse', condition: 'false' });
    recording.recorder.note('note', { text: 'hello' });
    recording.recorder.write([['insert into meta (key, value) values (?, ?)', 'a', 'b']]);
    await settled();
    const database = await databaseOf(recording.store.transactions);
    expect(recording.store.transactions).toHaveLength(2);
    expect(eventsIn(recording.store.transactions[1])).toEqual(['step_state_changed s1 skipped', 'note']);
    expect(database.query("select state, attempts, started_at, ended_at, reason from steps where step_id = 's1'", [])).toEqual([
      {
        state: 'skipped',
        attempts: 0,
        started_at: null,
        ended_at: '2026-01-01T00:00:00.000Z',
        reason: '{"kind":"conditionFalse","condition":"false"}',
      },
    ]);
    expect(database.query("select value from meta where key = 'a'", [])).toEqual([{ value: 'b' }]);
    database.close();
  });
});

describe('events', () => {
  test('are numbered without a hole, and told in order when their record is synced', async () => {
    const recording = await running({ onFailure: 'fail_fast' });
    recording.dispatch('s1');
    await settled();
    await recording.store.sync();
    await recording.end('attempt s0.1', exited);
    await recording.store.sync();
    await recording.end('stop s1.1', canceled);
    expect(
      recording.synced
        .flatMap(({ events }) => events)
        .some(({ payload }) => payload['to'] === 'failed' && payload['step_id'] === undefined),
    ).toBe(false);
    await recording.store.sync();
    const told = recording.synced.flatMap(({ events }) => events);
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
    const database = await databaseOf(recording.store.transactions);
    const rows = database.query('select sequence, kind, payload, event_id from run_events order by sequence', []);
    expect(rows.map(({ sequence, kind, event_id: id }) => [sequence, kind, id])).toEqual(
      told.map(({ sequence, kind, event_id: id }) => [sequence, kind, id]),
    );
    expect(told.at(-1)).toMatchObject({
      kind: 'run_state_changed',
      payload: { from: 'running.draining', to: 'failed', reason: 'step s0 failed' },
    });
    database.close();
  });

  test('say whether anything has happened since', async () => {
    const recording = record();
    begin(recording);
    await settled();
    recording.dispatch('s0');
    await settled();
    await recording.store.sync();
    expect(recording.synced.map(({ caughtUp }) => caughtUp)).toEqual([false, true]);
  });

  test('carry times that never go back, although the clock does', async () => {
    const recording = await running();
    recording.clock.nowMs -= 60_000;
    recording.recorder.note('note', { text: 'later' });
    await settled();
    await recording.store.sync();
    const times = recording.synced.flatMap(({ events }) => events.map(({ ts }) => ts));
    expect([...times].sort()).toEqual(times);
    expect(new Set(times).size).toBe(1);
  });

  test('carry the attempt that they are about', async () => {
    const recording = await running();
    const attemptId = recording.recorder.attemptIdOf('s0');
    const [run, step, tool] = recording.synced.flatMap(({ events }) => events);
    expect([run?.step_attempt_id, step?.step_attempt_id, tool?.step_attempt_id]).toEqual([null, attemptId, attemptId]);
    expect(() => recording.recorder.attemptIdOf('s1')).toThrow('step s1 has no recorded attempt');
  });
});

describe('effects', () => {
  test('begin only after the record of what started them is durable', async () => {
    const recording = record();
    begin(recording);
    recording.dispatch('s0');
    await settled();
    expect([recording.store.transactions.length, recording.begun]).toEqual([1, []]);
    await recording.store.sync();
    expect(recording.begun).toEqual(['attempt s0.1']);
  });

  test('of a later turn wait for their own record', async () => {
    const recording = await running();
    recording.dispatch('s1');
    await settled();
    expect(recording.begun).toEqual(['attempt s0.1']);
    await recording.store.sync();
    expect(recording.begun).toEqual(['attempt s0.1', 'attempt s1.1']);
  });
});

describe('the row of the run', () => {
  test('follows the chart, with reason, times and counters', async () => {
    const recording = await running({ total: 1 });
    expect(recording.recorder.run).toMatchObject({
      state: 'running',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: null,
      exitCode: null,
    });
    recording.clock.nowMs += 1500;
    await recording.end('attempt s0.1', exited);
    expect(recording.recorder.run).toMatchObject({
      state: 'failed',
      stateReason: '1 step failed',
      errorMessage: '1 step failed',
      endedAt: '2026-01-01T00:00:01.500Z',
      exitCode: 1,
      counters: { step_attempts: 1, patches_created: 0, patches_applied: 0, errors: 1 },
    });
  });

  test('keeps the time of its end when a failed run is quarantined later', async () => {
    const recording = await running({ total: 1 });
    await recording.end('attempt s0.1', exited);
    recording.clock.nowMs += 5000;
    recording.root.send({ type: 'QUARANTINE', reason: 'odd' });
    await settled();
    expect(recording.recorder.run).toMatchObject({
      state: 'quarantined',
      exitCode: 6,
      stateReason: 'odd',
      endedAt: '2026-01-01T00:00:00.000Z',
    });
    const database = await databaseOf(recording.store.transactions);
    expect(database.query('select * from snapshots', [])).toEqual([]);
    database.close();
  });

  test('of a failed run has its snapshot beside it, so that it can be quarantined', async () => {
    const recording = await running({ total: 1 });
    await recording.end('attempt s0.1', exited);
    const database = await databaseOf(recording.store.transactions);
    expect(database.query('select actor_id from snapshots', [])).toEqual([{ actor_id: 'run' }]);
    database.close();
  });

  test("keeps the run's own timer in its snapshot, and no step", async () => {
    const recording = await running({ timeoutMs: 1000 });
    const database = await databaseOf(recording.store.transactions);
    const [row] = database.query("select snapshot from snapshots where actor_id = 'run'", []);
    expect(Object.keys((JSON.parse(String(row?.['snapshot'])) as { children: object }).children)).toEqual(['deadline']);
    database.close();
  });
});

describe('a broken step', () => {
  test('ends failed in its row, with the text, in the transaction of the answer of the run', async () => {
    const recording = await running({ total: 1 });
    await recording.breakDown('attempt s0.1', 'the disk is on fire');
    expect(eventsIn(recording.store.transactions[1])).toEqual([
      'tool_call_error s0',
      'step_state_changed s0 failed',
      'run_state_changed running.quarantining',
      'run_state_changed quarantined',
    ]);
    const database = await databaseOf(recording.store.transactions);
    expect(database.query('select state, reason, attempts from steps', [])).toEqual([
      { state: 'failed', reason: '{"kind":"interrupted","message":"Error: the disk is on fire"}', attempts: 1 },
    ]);
    expect(database.query('select state, state_reason from step_attempts', [])).toEqual([
      { state: 'failed', state_reason: 'interrupted' },
    ]);
    expect(recording.failures).toEqual([]);
    database.close();
  });
});

describe('recording that cannot go on', () => {
  test('because a transaction is refused is told once, and nothing is ever durable after it', async () => {
    const recording = record();
    recording.store.refuse = new Error('disk full');
    begin(recording);
    recording.dispatch('s0');
    await settled();
    recording.recorder.note('note', { text: 'more' });
    recording.root.send({ type: 'CANCEL', reason: 'x' });
    let durable = false;
    void recording.recorder.durable().then(() => (durable = true));
    await settled();
    await recording.store.sync();
    expect([recording.failures, durable, recording.begun]).toEqual([[new Error('disk full')], false, []]);
    expect(recording.store.transactions).toEqual([]);
  });

  test('because a sync fails is told once, however many wait for it', async () => {
    const recording = record();
    begin(recording);
    recording.dispatch('s0');
    await settled();
    let durable = 0;
    for (let waiter = 0; waiter < 3; waiter++) void recording.recorder.durable().then(() => durable++);
    await settled();
    await recording.store.breakDown(new Error('input/output error'));
    await recording.store.sync();
    expect([recording.failures, durable, recording.begun, recording.synced]).toEqual([
      [new Error('input/output error')],
      0,
      [],
      [],
    ]);
  });

  test('because the end of a turn throws is told, and the turn is not written', async () => {
    const recording = record();
    recording.turn = () => {
      throw new Error('no such step');
    };
    begin(recording);
    await settled();
    expect([recording.failures, recording.store.transactions]).toEqual([[new Error('no such step')], []]);
  });

  test('because something in a record cannot be told is no exception to the actors', async () => {
    const recording = record();
    recording.clock.nowMs = Number.MAX_VALUE;
    expect(() => begin(recording)).not.toThrow();
    await settled();
    expect(recording.failures).toEqual([new RangeError('Invalid time value')]);
    expect(recording.root.getSnapshot().value).toEqual({ running: 'active' });
  });

  test("because the run's own machine stopped with an error is a fault of ours", async () => {
    const recording = await running();
    recording.root.send({ type: 'xstate.error.actor.nobody', error: 'what' } as never);
    await settled();
    expect(recording.failures).toHaveLength(1);
    expect(recording.failures[0]).toBeInstanceOf(InvariantError);
  });

  test('because it was closed sees nothing more', async () => {
    const recording = await running();
    recording.recorder.close();
    await recording.end('attempt s0.1', succeeded);
    recording.recorder.fail(new Error('late'));
    recording.recorder.note('note', { text: 'late' });
    await settled();
    expect([recording.store.transactions.length, recording.failures]).toEqual([1, []]);
  });

  test('because it was closed in the middle of a turn writes nothing of it', async () => {
    const recording = await running();
    recording.turn = () => recording.recorder.close();
    recording.recorder.note('note', { text: 'late' });
    await settled();
    expect(recording.store.transactions).toHaveLength(1);
  });
});

describe('words of a record', () => {
  test('times are ISO 8601 in UTC', () => {
    expect(iso(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  test('a machine without a version is version 0.0.0', () => {
    expect(machineOf({ id: 'x' })).toEqual({ id: 'x', version: '0.0.0' });
  });

  test('actors of other kinds are not recorded', async () => {
    const { recorder, store } = record();
    createActor(setup({}).createMachine({ id: 'other' }), { id: 'other', inspect: recorder.inspect }).start();
    await settled();
    expect(store.transactions).toEqual([]);
  });
});
