import { describe, expect, test } from 'vitest';
import type { StepInput } from '../../../machines/step-model.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import { restoreRun, type RestoredRun, type RowSource } from '../../../src/engine/restore.ts';
import { statePath } from '../../../src/engine/run-event.ts';
import type { Database } from '../../../src/store/database.ts';
import type { Statement } from '../../../src/store/statement.ts';
import { begin, databaseOf, plainInput, record, settled, type Recording } from './recording-fixture.ts';
import { loadedRun } from './run-fixture.ts';

const run = loadedRun([{}, { continueOnError: true }, {}, {}]);
const succeeded: Outcome = { kind: 'succeeded', exitCode: 0 };
const exited: Outcome = { kind: 'exitNonZero', exitCode: 1 };
const twice: StepInput['retry'] = {
  attempts: 2,
  backoff: 'fixed',
  delayMs: 10,
  maxDelayMs: 10,
  jitter: false,
  onExitCodes: null,
};

/** A run of four steps: s0 has succeeded with outputs, s1 has failed with leave to, s2 is on its first attempt, s3 waits. */
async function recorded(): Promise<Recording> {
  const recording = record({ total: 4, timeoutMs: 60_000 });
  begin(recording);
  recording.dispatch('s0', { declaresOutputs: true });
  recording.dispatch('s1', { continueOnError: true });
  await settled();
  await recording.store.sync();
  await recording.end('attempt s0.1', succeeded);
  await recording.store.sync();
  await recording.end('validate s0.1', succeeded, { outputs: { size: 3 } });
  await recording.end('attempt s1.1', exited);
  recording.dispatch('s2', { retry: twice });
  await settled();
  await recording.store.sync();
  return recording;
}

/** What restoring finds in these transactions after `damage` was done to the rows. */
async function restored(recording: Recording, ...damage: Statement[]): Promise<RestoredRun> {
  const database = await databaseOf([...recording.store.transactions, damage]);
  try {
    return await restoreRun(rowSource(database), run);
  } finally {
    database.close();
  }
}

function rowSource(database: Database): RowSource {
  return { query: (sql, ...values) => Promise.resolve(database.query(sql, values)) };
}

/** Goes on from a restored run as the engine does: what is broken is reported, then the run's own problem. */
function goOn(from: RestoredRun): Recording {
  const again = record({ total: 4 }, from);
  again.root.start();
  for (const [stepId, problem] of from.broken) {
    again.root.send({ type: `xstate.error.actor.step.${stepId}`, actorId: `step.${stepId}`, error: problem } as never);
  }
  if (from.problem !== null) again.root.send({ type: 'QUARANTINE', reason: from.problem });
  return again;
}

/** The step that waits is asked instead of being started. */
function ask(recording: Recording): void {
  const approval = { timeoutMs: null, byDefault: 'reject' } as const;
  recording.root.send({ type: 'ASK', stepId: 's3', input: { ...plainInput('s3', recording.clock.nowMs), approval } });
}

const setSnapshot = (actorId: string, snapshot: string): Statement => [
  'update snapshots set snapshot = ? where actor_id = ?',
  snapshot,
  actorId,
];
const edit = (actorId: string, path: string, value: string): Statement => [
  'update snapshots set snapshot = json_set(snapshot, ?, json(?)) where actor_id = ?',
  path,
  value,
  actorId,
];

describe('restoring a run', () => {
  test('finds what has ended with its outputs, what runs, and where the history ends', async () => {
    const found = await restored(await recorded());
    expect(found).toMatchObject({
      runState: 'running.active',
      ended: [
        { stepId: 's0', end: 'succeeded', outputs: { size: 3 } },
        { stepId: 's1', end: 'failed', outputs: {} },
      ],
      running: ['s2'],
      problem: null,
      after: { attempt: 3, failures: 1, latestMs: Date.parse('2026-01-01T00:00:00.000Z') },
    });
    expect(found.broken.size).toBe(0);
    expect(found.appliedSignals.size).toBe(0);
    expect(found.openSteps).toEqual([
      expect.objectContaining({
        stepId: 's2',
        state: 'attempting.executing',
        attempt: 1,
        attemptSequence: 3,
        attemptOpen: true,
        attemptId: expect.stringMatching(/^\d{26}$/),
      }),
    ]);
  });

  test('gives a tree that goes on, with the running step as its child and the timer of the run', async () => {
    const recording = await recorded();
    const found = await restored(recording);
    const again = goOn(found);
    await settled();
    await again.store.sync();
    expect(again.begun.sort()).toEqual(['attempt s2.1', `timer ${String(recording.clock.nowMs + 60_000)}`]);
    expect(again.recorder.attemptIdOf('s2')).toBe(recording.recorder.attemptIdOf('s2'));
    await again.end('attempt s2.1', succeeded);
    expect(again.root.getSnapshot().context).toMatchObject({ succeeded: 2, failed: 1, tolerated: 1, waiting: 1, active: [] });
    await again.store.sync();
    const events = again.synced.flatMap((batch) => batch.events);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => found.after.event + 1 + index));
    expect(events.map(({ kind }) => kind)).toEqual(['tool_call_completed', 'step_state_changed']);
  });

  test('between attempts finds the last one, which is over', async () => {
    const recording = await recorded();
    await recording.end('attempt s2.1', exited);
    const found = await restored(recording);
    expect(found.openSteps).toMatchObject([{ state: 'backoff', attempt: 1, attemptSequence: 3, attemptOpen: false }]);
  });

  test('without an attempt row still knows its step', async () => {
    const found = await restored(await recorded(), ["delete from step_attempts where step_id = 's2'"]);
    expect(found.openSteps).toMatchObject([{ stepId: 's2', attemptId: '', attemptSequence: 0, attemptOpen: false }]);
  });

  test('of a run that had only been created starts from nothing', async () => {
    const pending = record({ total: 4 });
    pending.root.start();
    await settled();
    const database = await databaseOf([...pending.store.transactions]);
    const found = await restoreRun(rowSource(database), run);
    expect(found).toMatchObject({
      runState: 'pending',
      running: [],
      ended: [],
      problem: null,
      after: { event: 0, attempt: 0, failures: 0, latestMs: 0 },
    });
    database.close();
  });

  test('finds the steps that wait for an answer, with their snapshots', async () => {
    const recording = await recorded();
    ask(recording);
    await settled();
    const found = await restored(recording);
    expect([found.running, found.problem, found.broken.size]).toEqual([['s2', 's3'], null, 0]);
    expect(found.openSteps[1]).toMatchObject({
      stepId: 's3',
      state: 'awaitingApproval',
      attempt: 0,
      attemptId: '',
      attemptOpen: false,
    });
    const again = goOn(found);
    again.root.send({ type: 'ANSWER', stepId: 's3', approved: true, comment: null });
    expect(again.root.getSnapshot().context).toMatchObject({ awaiting: [], active: ['s2'], succeeded: 2 });
  });

  test('finds a step that is held, which goes on when the run does', async () => {
    const recording = await recorded();
    recording.dispatch('s3', { toolId: null });
    await settled();
    await recording.store.sync();
    await recording.end('route s3.1', succeeded, { kind: 'overBudget', requestId: 'request', decision: null, documents: [] });
    recording.root.send({ type: 'HOLD', stepId: 's3', reason: 'the budget is used up' });
    await settled();
    const found = await restored(recording);
    expect([found.runState, found.running, found.problem, found.broken.size]).toEqual(['running.pausing', ['s2', 's3'], null, 0]);
    expect(found.openSteps[1]).toMatchObject({ stepId: 's3', state: 'held', attempt: 0, attemptOpen: false });
    const again = goOn(found);
    again.root.send({ type: 'UNPAUSE', nowMs: recording.clock.nowMs });
    await settled();
    await again.store.sync();
    expect(again.begun).toContain('route s3.1');
    expect(again.root.getSnapshot().context).toMatchObject({ active: ['s2', 's3'], held: [] });
  });

  test('finds the check that a step is on, and the attempt that it checks', async () => {
    const recording = await recorded();
    recording.dispatch('s3', { checks: [{ id: 'lint', required: true }] });
    await settled();
    await recording.store.sync();
    const attemptId = recording.recorder.attemptIdOf('s3');
    await recording.end('attempt s3.1', succeeded);
    const found = await restored(recording);
    expect(found.openSteps[1]).toMatchObject({ state: 'attempting.verifying', attempt: 1, checkRun: 1, attemptOpen: true });
    expect(found.openSteps[1]).toMatchObject({ toolAttemptId: attemptId, checkId: 's3 check 0' });
    const again = goOn(found);
    await settled();
    await again.store.sync();
    expect(again.begun).toContain('check s3.1.1');
    expect(again.recorder.attemptIdOf('s3')).toBe(recording.recorder.attemptIdOf('s3'));
  });

  test('goes on from what version 1.0.0 of its machines has stored', async () => {
    const ofRouting = ['routed', 'spentTools', 'spentAttempts', 'requestId', 'promptId'];
    const added: Readonly<Record<string, readonly string[]>> = {
      run: ['held', 'meters', 'grants'],
      step: [...ofRouting, 'checks', 'check', 'checkRun', 'checkStartedAtMs', 'heldAtMs'],
    };
    const older = Object.entries(added).map(([machine, fields]): Statement => {
      const paths = fields.map((field) => `'$.context.${field}'`).join(', ');
      return [`update snapshots set version = '1.0.0', snapshot = json_remove(snapshot, ${paths}) where machine = '${machine}'`];
    });
    const found = await restored(await recorded(), ...older);
    expect([found.problem, found.broken.size]).toEqual([null, 0]);
    expect(found.tree).toEqual((await restored(await recorded())).tree);
  });

  test('remembers the commands that were applied', async () => {
    const signal: Statement = ["insert into signals values ('01A', 'pause', '{}', 't', 't', 1, '{}')"];
    expect((await restored(await recorded(), signal)).appliedSignals).toEqual(new Set(['01A']));
  });
});

describe('a step whose snapshot cannot be trusted', () => {
  const cases: readonly [string, Statement, string][] = [
    ['is missing', ["delete from snapshots where actor_id = 'step.s2'"], 'its snapshot is missing'],
    [
      'is of another version',
      ["update snapshots set version = '9.0.0' where actor_id = 'step.s2'"],
      'its snapshot is of step 9.0.0, this is step 1.1.0',
    ],
    [
      'is of another machine',
      ["update snapshots set machine = 'run' where actor_id = 'step.s2'"],
      'its snapshot is of run 1.1.0, this is step 1.1.0',
    ],
    ['is not JSON', setSnapshot('step.s2', '{"status":"act'), 'its snapshot is damaged: '],
    ['is not an object', setSnapshot('step.s2', 'null'), 'its snapshot is damaged: '],
    [
      'lacks a part of its memory',
      ["update snapshots set snapshot = json_remove(snapshot, '$.context.attempt') where actor_id = 'step.s2'"],
      'its snapshot is damaged: context.attempt ',
    ],
    ['has more than its memory', edit('step.s2', '$.context.extra', '1'), 'its snapshot is damaged: context '],
    ['has a broken number', edit('step.s2', '$.context.attempt', '0'), 'its snapshot is damaged: context.attempt '],
    [
      'is in a state that the chart does not have',
      edit('step.s2', '$.value', '{"attempting":"dreaming"}'),
      'its snapshot is damaged: ',
    ],
    ['is in no state of the chart at all', edit('step.s2', '$.value', '"dreaming"'), 'its snapshot is damaged: '],
    [
      'is in two states at once',
      edit('step.s2', '$.value', '{"attempting":"executing","backoff":"x"}'),
      'its snapshot is damaged: ',
    ],
    [
      'says that an attempt has not begun',
      edit('step.s2', '$.value', '"awaitingApproval"'),
      'its snapshot is damaged: context.attempt does not fit the state',
    ],
    ['is of a step that has ended', edit('step.s2', '$.status', '"done"'), 'its snapshot is damaged: status '],
  ];

  test.each(cases)('because it %s is named with the reason', async (_, damage, problem) => {
    const found = await restored(await recorded(), damage);
    expect([...found.broken.keys()]).toEqual(['s2']);
    expect(found.broken.get('s2')).toContain(problem);
    expect(found.problem).toBeNull();
  });

  test('quarantines the run, and the reason reaches the row of the step', async () => {
    const again = goOn(await restored(await recorded(), ["delete from snapshots where actor_id = 'step.s2'"]));
    await settled();
    again.root.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    await settled();
    expect(again.root.getSnapshot()).toMatchObject({
      value: 'quarantined',
      context: { failed: 2, reason: 'step.s2 is broken: its snapshot is missing' },
    });
    expect(again.failures).toEqual([]);
    const kinds = again.store.transactions
      .flat()
      .filter(([sql]) => sql.startsWith('insert into run_events'))
      .map((statement) => statement[6]);
    expect(kinds).toEqual(['tool_call_error', 'step_state_changed', 'run_state_changed', 'run_state_changed']);
  });

  test('quarantines the run also where it is one of several', async () => {
    const recording = await recorded();
    recording.dispatch('s3');
    await settled();
    const found = await restored(recording, ["delete from snapshots where actor_id like 'step.%'"]);
    expect([...found.broken.keys()]).toEqual(['s2', 's3']);
    const again = goOn(found);
    await settled();
    expect([statePath(again.root.getSnapshot().value), again.failures]).toEqual(['quarantined', []]);
    expect(again.root.getSnapshot().context).toMatchObject({ failed: 3, active: [], waiting: 0 });
  });

  test('is stopped with the others, which are told to stop', async () => {
    const recording = await recorded();
    recording.dispatch('s3');
    await settled();
    const again = goOn(await restored(recording, ["delete from snapshots where actor_id = 'step.s2'"]));
    await settled();
    await again.store.sync();
    expect(again.begun.filter((name) => !name.startsWith('timer'))).toEqual(['stop s3.1']);
    await again.end('stop s3.1', { kind: 'canceled', reason: 'stopped' });
    expect(again.root.getSnapshot().value).toBe('quarantined');
  });
});

describe('a run whose own snapshot cannot be trusted', () => {
  const cases: readonly [string, Statement, string][] = [
    ['is missing', ["delete from snapshots where actor_id = 'run'"], 'its snapshot is missing'],
    [
      'is of another version',
      ["update snapshots set version = '0.9.0' where actor_id = 'run'"],
      'its snapshot is of run 0.9.0, this is run 1.1.0',
    ],
    ['is damaged', setSnapshot('run', '{'), 'its snapshot is damaged: '],
    ['is in a state that the chart does not have', edit('run', '$.value', '{"running":"sleeping"}'), 'its snapshot is damaged: '],
    ['is in two states at once', edit('run', '$.value', '{"running":"active","failed":"x"}'), 'its snapshot is damaged: '],
    [
      'counts a step as running that the rows do not',
      edit('run', '$.context.active', '["s2","s3"]'),
      'it counts s2, s3 as running, the rows say s2',
    ],
    [
      'counts no step as running although one is',
      edit('run', '$.context.active', '[]'),
      'it counts no step as running, the rows say s2',
    ],
    ['counts another step than the rows', edit('run', '$.context.active', '["s3"]'), 'it counts s3 as running, the rows say s2'],
    [
      'disagrees with rows in which nothing runs',
      ["update steps set state = 'failed' where step_id = 's2'"],
      'it counts s2 as running, the rows say none',
    ],
  ];

  test.each(cases)('because it %s says so', async (_, damage, problem) => {
    const found = await restored(await recorded(), damage);
    expect(found.problem).toContain(`the run cannot be restored: ${problem}`);
    expect(found.broken.size).toBe(0);
  });

  test('is put together from its rows and quarantined, with its steps stopped', async () => {
    const recording = await recorded();
    const found = await restored(recording, ["delete from snapshots where actor_id = 'run'"]);
    const again = goOn(found);
    expect(again.root.getSnapshot().context).toMatchObject({
      total: 4,
      active: ['s2'],
      waiting: 1,
      succeeded: 1,
      failed: 1,
      tolerated: 1,
      skipped: 0,
      canceled: 0,
    });
    again.root.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    await settled();
    await again.store.sync();
    expect(again.begun).toEqual(['stop s2.1']);
    await again.end('stop s2.1', { kind: 'canceled', reason: 'stopped' });
    expect(again.root.getSnapshot()).toMatchObject({
      value: 'quarantined',
      context: { reason: 'the run cannot be restored: its snapshot is missing' },
    });
    expect(again.failures).toEqual([]);
  });

  test('and in which a step waits for an answer is quarantined, and the question is gone', async () => {
    const asks = { kind: 'approve', question: ['Go on?'], byDefault: 'reject' } as const;
    const recording = await recorded();
    ask(recording);
    await settled();
    const database = await databaseOf([...recording.store.transactions, [["delete from snapshots where actor_id = 'run'"]]]);
    const found = await restoreRun(rowSource(database), loadedRun([{}, { continueOnError: true }, {}, { action: asks }]));
    database.close();
    const again = goOn(found);
    await settled();
    await again.store.sync();
    expect(again.root.getSnapshot().context).toMatchObject({ active: ['s2'], awaiting: [], canceled: 1, waiting: 0 });
    await again.end('stop s2.1', { kind: 'canceled', reason: 'stopped' });
    expect([again.root.getSnapshot().value, again.failures]).toEqual(['quarantined', []]);
  });

  test('and whose steps cannot be trusted either is quarantined all the same', async () => {
    const found = await restored(await recorded(), ['delete from snapshots']);
    expect([found.problem, [...found.broken.keys()]]).toEqual(['the run cannot be restored: its snapshot is missing', ['s2']]);
    const again = goOn(found);
    again.root.send({ type: 'SETTLE', skipped: 0, canceled: 1 });
    await settled();
    expect([again.root.getSnapshot().value, again.failures]).toEqual(['quarantined', []]);
  });
});
