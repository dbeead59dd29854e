import { describe, expect, test } from 'vitest';
import type { StepInput } from '../../../machines/step-model.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import type { RouteDecision } from '../../../schemas/route-decision.ts';
import { runEventSchema } from '../../../schemas/run-event.ts';
import type { RunEventRow } from '../../../src/engine/run-event.ts';
import { StepLedger } from '../../../src/engine/step-ledger.ts';
import type { SqlValue } from '../../../src/store/statement.ts';
import { positionOf } from './plan-fixture.ts';
import { begin, checkOf, databaseOf, plainInput, questionOf, record, settled, type Recording } from './recording-fixture.ts';
import { runId } from './run-fixture.ts';

const succeeded: Outcome = { kind: 'succeeded', exitCode: 0 };
const exited: Outcome = { kind: 'exitNonZero', exitCode: 75 };
const canceled: Outcome = { kind: 'canceled', reason: 'stopped' };
const twice: StepInput['retry'] = {
  attempts: 2,
  backoff: 'fixed',
  delayMs: 10,
  maxDelayMs: 10,
  jitter: false,
  onExitCodes: null,
};

/** A run of one step whose first attempt has begun. */
async function executing(more: Partial<StepInput> = {}): Promise<Recording> {
  const recording = record({ total: 1 });
  begin(recording);
  recording.dispatch('s0', more);
  await settled();
  await recording.store.sync();
  return recording;
}

/** The answer of one query over all that was recorded. */
async function rowsOf({ store }: Recording, sql: string): Promise<Record<string, SqlValue>[]> {
  const database = await databaseOf(store.transactions);
  const rows = database.query(sql, []);
  database.close();
  return rows;
}

const stepsSql = 'select state, reason, tool_id, attempts, ended_at is not null as over, outputs from steps';
const attemptsSql = 'select sequence, attempt, state, state_reason, exit_code from step_attempts order by sequence';

describe('the row of a step', () => {
  test('follows its chart from its dispatch to its end', async () => {
    const recording = await executing();
    expect(await rowsOf(recording, stepsSql)).toEqual([
      { state: 'attempting.executing', reason: null, tool_id: 'shell', attempts: 1, over: 0, outputs: null },
    ]);
    await recording.end('attempt s0.1', succeeded);
    expect(await rowsOf(recording, stepsSql)).toEqual([
      { state: 'succeeded', reason: null, tool_id: 'shell', attempts: 1, over: 1, outputs: '{}' },
    ]);
  });

  test('keeps the outcome of a failure, and outputs after a success', async () => {
    const failed = await executing();
    await failed.end('attempt s0.1', exited);
    expect(await rowsOf(failed, stepsSql)).toMatchObject([{ state: 'failed', reason: JSON.stringify(exited) }]);
    const good = await executing({ declaresOutputs: true });
    await good.end('attempt s0.1', succeeded);
    expect(await rowsOf(good, stepsSql)).toMatchObject([{ state: 'attempting.validating', outputs: null }]);
    await good.store.sync();
    await good.end('validate s0.1', succeeded, { outputs: { size: 3 } });
    expect(await rowsOf(good, stepsSql)).toMatchObject([{ state: 'succeeded', outputs: '{"size":3}' }]);
  });

  test('of a step that never had an actor has its end and its reason', async () => {
    const recording = record({ total: 2 });
    begin(recording);
    recording.recorder.settleWaiting('s1', 'canceled', { kind: 'canceled', reason: 'enough' });
    await settled();
    expect(await rowsOf(recording, 'select step_id, position, state, reason, tool_id, attempts, started_at from steps')).toEqual([
      {
        step_id: 's1',
        position: 1,
        state: 'canceled',
        reason: '{"kind":"canceled","reason":"enough"}',
        tool_id: null,
        attempts: 0,
        started_at: null,
      },
    ]);
  });

  test('says until when a step waits in backoff', async () => {
    const recording = await executing({ retry: twice });
    await recording.end('attempt s0.1', exited);
    expect(await rowsOf(recording, stepsSql)).toMatchObject([{ state: 'backoff', reason: JSON.stringify(exited), attempts: 1 }]);
    const [event] = await rowsOf(
      recording,
      "select payload from run_events where kind = 'step_state_changed' order by sequence desc limit 1",
    );
    expect(JSON.parse(String(event?.['payload']))).toMatchObject({
      to: 'backoff',
      wake_at: '2026-01-01T00:00:00.010Z',
      reason: exited,
    });
  });
});

describe('the rows of a step that asks a person', () => {
  const asked = async (more: Partial<StepInput> = {}): Promise<Recording> => {
    const recording = record({ total: 1 });
    begin(recording);
    const approval = { timeoutMs: 70, byDefault: 'reject' } as const;
    const input = { ...plainInput('s0', recording.clock.nowMs), toolId: 'person', approval, ...more };
    recording.root.send({ type: 'ASK', stepId: 's0', input });
    await settled();
    await recording.store.sync();
    return recording;
  };
  const told = (recording: Recording): RunEventRow[] =>
    recording.synced.flatMap(({ events }) => events).filter(({ payload }) => payload['step_id'] === 's0');

  test('say that it waits, ask its question with the time for the answer, and keep the answer', async () => {
    const recording = await asked();
    expect(await rowsOf(recording, stepsSql)).toEqual([
      { state: 'awaitingApproval', reason: null, tool_id: 'person', attempts: 0, over: 0, outputs: null },
    ]);
    recording.clock.nowMs += 40;
    recording.root.send({ type: 'ANSWER', stepId: 's0', approved: true, comment: 'checked' });
    await settled();
    await recording.store.sync();
    const reason = { kind: 'approved', comment: 'checked', byDefault: false };
    expect(await rowsOf(recording, stepsSql)).toMatchObject([
      { state: 'succeeded', reason: JSON.stringify(reason), attempts: 0, over: 1 },
    ]);
    expect(await rowsOf(recording, attemptsSql)).toEqual([]);
    expect(told(recording).map(({ kind, payload }) => [kind, payload])).toEqual([
      ['step_state_changed', { step_id: 's0', from: null, to: 'awaitingApproval' }],
      ['approval_requested', { step_id: 's0', question: questionOf('s0'), answer_by: '2026-01-01T00:00:00.070Z' }],
      ['step_state_changed', { step_id: 's0', from: 'awaitingApproval', to: 'succeeded', reason, attempts: 0, duration_ms: 40 }],
    ]);
    for (const { sequence: _, ...event } of told(recording))
      expect(runEventSchema.safeParse(event)).toMatchObject({ success: true });
  });

  test('name no time where it waits for ever', async () => {
    const recording = await asked({ approval: { timeoutMs: null, byDefault: 'reject' } });
    expect(told(recording)[1]?.payload['answer_by']).toBeNull();
  });

  test('hold its end once where it cannot ask', async () => {
    const obstacle: Outcome = { kind: 'expressionFailed', field: 'approve', message: 'no such output' };
    const recording = await asked({ obstacle });
    expect(told(recording).map(({ kind, payload }) => [kind, payload['to']])).toEqual([['step_state_changed', 'failed']]);
    expect(await rowsOf(recording, stepsSql)).toMatchObject([{ state: 'failed', reason: JSON.stringify(obstacle), attempts: 0 }]);
    expect(await rowsOf(recording, "select actor_id from snapshots where actor_id like 'step.%'")).toEqual([]);
  });
});

describe('the rows of attempts', () => {
  test('begin when the attempt does and end with its outcome', async () => {
    const recording = await executing({ retry: twice });
    expect(await rowsOf(recording, attemptsSql)).toEqual([
      { sequence: 1, attempt: 1, state: 'running', state_reason: null, exit_code: null },
    ]);
    await recording.end('attempt s0.1', exited);
    await recording.store.sync();
    const wakeAt = recording.clock.nowMs + 10;
    recording.clock.nowMs = wakeAt;
    await recording.end(`timer ${String(wakeAt)}`, succeeded);
    expect(await rowsOf(recording, attemptsSql)).toEqual([
      { sequence: 1, attempt: 1, state: 'failed', state_reason: 'exitNonZero', exit_code: 75 },
      { sequence: 2, attempt: 2, state: 'running', state_reason: null, exit_code: null },
    ]);
    await recording.store.sync();
    await recording.end('attempt s0.2', succeeded);
    expect((await rowsOf(recording, attemptsSql))[1]).toEqual({
      sequence: 2,
      attempt: 2,
      state: 'succeeded',
      state_reason: 'succeeded',
      exit_code: 0,
    });
    expect(recording.recorder.run.counters).toMatchObject({ step_attempts: 2, errors: 1 });
  });

  test('have ids of their own, each the one that its processes carry', async () => {
    const recording = await executing({ retry: twice });
    const first = recording.recorder.attemptIdOf('s0');
    await recording.end('attempt s0.1', { kind: 'interrupted', message: 'lost' });
    const second = recording.recorder.attemptIdOf('s0');
    expect(await rowsOf(recording, 'select step_attempt_id from step_attempts order by sequence')).toEqual([
      { step_attempt_id: first },
      { step_attempt_id: second },
    ]);
    expect(second).not.toBe(first);
  });

  test('of an interrupted attempt end before the next begins, in one transaction', async () => {
    const recording = await executing();
    await recording.end('attempt s0.1', { kind: 'interrupted', message: 'lost' });
    expect(recording.store.transactions).toHaveLength(2);
    expect(await rowsOf(recording, attemptsSql)).toMatchObject([
      { state: 'failed', state_reason: 'interrupted' },
      { attempt: 2, state: 'running' },
    ]);
  });

  test('stay open while the attempt is being stopped or its outputs are read', async () => {
    const recording = await executing();
    recording.root.send({ type: 'CANCEL', reason: 'enough' });
    await settled();
    await recording.store.sync();
    expect(await rowsOf(recording, 'select state from step_attempts union all select state from steps')).toEqual([
      { state: 'running' },
      { state: 'canceling' },
    ]);
    await recording.end('stop s0.1', canceled);
    expect(await rowsOf(recording, attemptsSql)).toMatchObject([
      { state: 'canceled', state_reason: 'canceled', exit_code: null },
    ]);
    expect(await rowsOf(recording, stepsSql)).toMatchObject([
      { state: 'canceled', reason: '{"kind":"canceled","reason":"enough"}' },
    ]);
  });

  test('keep the end that a tool came to by itself although its step was canceled', async () => {
    const recording = await executing();
    recording.root.send({ type: 'CANCEL', reason: 'enough' });
    await settled();
    await recording.store.sync();
    await recording.end('stop s0.1', succeeded);
    expect(await rowsOf(recording, attemptsSql)).toMatchObject([{ state: 'succeeded', exit_code: 0 }]);
    expect(await rowsOf(recording, stepsSql)).toMatchObject([{ state: 'canceled' }]);
  });

  test('of a step that is canceled while its outputs are read end canceled', async () => {
    const recording = await executing({ declaresOutputs: true });
    await recording.end('attempt s0.1', succeeded);
    recording.root.send({ type: 'CANCEL', reason: 'enough' });
    await settled();
    expect(await rowsOf(recording, attemptsSql)).toMatchObject([{ state: 'canceled', state_reason: 'canceled' }]);
  });

  test('end with what was wrong with the outputs', async () => {
    const recording = await executing({ declaresOutputs: true });
    await recording.end('attempt s0.1', succeeded);
    await recording.store.sync();
    await recording.end('validate s0.1', { kind: 'outputInvalid', problems: ['size is missing'] }, { outputs: {} });
    expect(await rowsOf(recording, attemptsSql)).toMatchObject([
      { state: 'failed', state_reason: 'outputInvalid', exit_code: null },
    ]);
  });
});

describe('the rows of a step whose tool a router picks', () => {
  const requestId = '01ARZ3NDEKTSV4RRFFQ69G5FAA';
  const promptId = '01ARZ3NDEKTSV4RRFFQ69G5FAB';
  const decision: RouteDecision = {
    tool_id: 'claude',
    rule: null,
    strategy: 'fixed',
    candidates: ['claude'],
    cut: [],
    because: 'the first that is left',
    waits: false,
    validators: [],
    validators_required: false,
    current: null,
    turn: null,
    seed: null,
    figures: {},
  };
  const documents = [
    { id: requestId, kind: 'execution_request', body: '{"task_kind":"code_edit"}' },
    { id: promptId, kind: 'prompt_instance', body: '{"sections":{}}' },
  ] as const;
  const picked = { kind: 'routed', toolId: 'claude', attemptTimeoutMs: null, requestId, promptId, decision, documents } as const;
  const callsSql =
    'select attempt, tool_id, execution_request_id, prompt_id, state, state_reason, metadata from step_attempts order by sequence';

  test('keep the decision as an event, and what the tool is asked with as documents, in the turn of its attempt', async () => {
    const recording = await executing({ toolId: null });
    expect(await rowsOf(recording, stepsSql)).toMatchObject([{ state: 'routing', tool_id: null, attempts: 0 }]);
    const before = recording.store.transactions.length;
    await recording.end('route s0.1', succeeded, picked);
    expect(recording.store.transactions).toHaveLength(before + 1);
    await recording.store.sync();
    expect(await rowsOf(recording, 'select document_id, kind, step_id, body from documents order by document_id')).toEqual(
      documents.map(({ id, kind, body }) => ({ document_id: id, kind, step_id: 's0', body })),
    );
    const events = recording.synced.flatMap((batch) => batch.events);
    expect(events.find(({ kind }) => kind === 'route_decided')?.payload).toEqual({
      step_id: 's0',
      attempt: 1,
      request_id: requestId,
      decision,
    });
    expect(await rowsOf(recording, callsSql)).toMatchObject([
      { attempt: 1, tool_id: 'claude', execution_request_id: requestId, prompt_id: promptId, state: 'running' },
    ]);
  });

  test('say that it is held, and nothing of an attempt', async () => {
    const recording = await executing({ toolId: null });
    await recording.end('route s0.1', succeeded, { kind: 'overBudget', requestId, decision: null, documents: [] });
    expect(await rowsOf(recording, stepsSql)).toMatchObject([{ state: 'held', reason: null, attempts: 0, over: 0 }]);
    expect(await rowsOf(recording, callsSql)).toEqual([]);
  });

  test('hold each check beside the attempt, with the tool that makes it and its id', async () => {
    const recording = await executing({
      toolId: null,
      checks: [
        { id: 'lint', required: false },
        { id: 'review', required: true },
      ],
    });
    await recording.end('route s0.1', succeeded, picked);
    await recording.store.sync();
    const attemptId = recording.recorder.attemptIdOf('s0');
    await recording.end('attempt s0.1', succeeded);
    await recording.store.sync();
    expect([recording.recorder.toolAttemptIdOf('s0'), recording.recorder.attemptIdOf('s0') === attemptId]).toEqual([
      attemptId,
      false,
    ]);
    const failed: Outcome = { kind: 'verificationFailed', check: 'lint', exitCode: 2, message: 'it ended with exit code 2' };
    await recording.end('check s0.1.1', failed);
    await recording.store.sync();
    await recording.end('check s0.1.2', succeeded);
    const rows = await rowsOf(recording, callsSql);
    expect(rows.map(({ tool_id: tool, state, state_reason: reason }) => [tool, state, reason])).toEqual([
      ['claude', 'succeeded', 'succeeded'],
      ['shell', 'failed', 'verificationFailed'],
      ['claude', 'succeeded', 'succeeded'],
    ]);
    expect(rows.map(({ metadata }) => (JSON.parse(String(metadata)) as { check?: string }).check)).toEqual([
      undefined,
      's0 check 0',
      's0 check 1',
    ]);
    expect(await rowsOf(recording, stepsSql)).toMatchObject([{ state: 'succeeded', tool_id: 'claude', attempts: 1 }]);
  });
});

describe('events of steps', () => {
  test('fit the schema that readers rely on, durations included', async () => {
    const recording = await executing({ retry: twice });
    recording.clock.nowMs += 250;
    await recording.end('attempt s0.1', exited);
    await recording.store.sync();
    const wakeAt = recording.clock.nowMs + 10;
    await recording.end(`timer ${String(wakeAt)}`, succeeded);
    await recording.store.sync();
    await recording.end('attempt s0.2', succeeded);
    await recording.store.sync();
    const events = recording.synced.flatMap((batch) => batch.events);
    const shape = (event: object): object => Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'sequence'));
    for (const event of events) expect(runEventSchema.safeParse(shape(event))).toMatchObject({ success: true });
    expect(events.find(({ kind }) => kind === 'tool_call_error')?.payload).toMatchObject({
      attempt: 1,
      duration_ms: 250,
      exit_code: 75,
      outcome: exited,
    });
    expect(events.find(({ payload }) => payload['to'] === 'succeeded')?.payload).toMatchObject({ attempts: 2, duration_ms: 250 });
  });

  test('never have a negative duration', async () => {
    const recording = await executing();
    await recording.end('attempt s0.1', succeeded, { endedAtMs: recording.clock.nowMs - 5000 });
    await recording.store.sync();
    const told = recording.synced.flatMap(({ events }) => events).find(({ kind }) => kind === 'tool_call_completed');
    expect(told?.payload['duration_ms']).toBe(0);
  });
});

describe('a ledger', () => {
  const entropy = { ulid: () => 'id', random: () => 0 };
  const ledger = (): StepLedger =>
    new StepLedger({ runId, positionOf, questionOf, checkOf }, entropy, { attempt: 4, failures: 2 });

  test('goes on counting where the stored run left off', () => {
    expect(ledger().counters()).toEqual({ step_attempts: 4, patches_created: 0, patches_applied: 0, errors: 2 });
  });

  test('has nothing to say of the loss of a step that it does not know', () => {
    expect(ledger().lost('s0', 'broken', 0)).toEqual({ statements: [], events: [] });
  });

  test('writes only a step and not its attempt when the step was between attempts', () => {
    const between = ledger();
    between.restore({
      stepId: 's0',
      state: 'backoff',
      startedAtMs: 0,
      attempt: 2,
      attemptId: 'a',
      attemptSequence: 4,
      attemptStartedAtMs: 0,
      attemptOpen: false,
      checkRun: 0,
      checkId: null,
      toolAttemptId: 'a',
    });
    const { statements, events } = between.lost('s0', 'broken', 5);
    expect(events.map(({ kind }) => kind)).toEqual(['step_state_changed']);
    expect(statements.map(([sql]) => sql.split(' ')[0])).toEqual(['insert', 'delete']);
    expect(() => between.attemptIdOf('s0')).toThrow('no recorded attempt');
  });
});
