import { describe, expect, test } from 'vitest';
import { Dispatcher, type RunPosture } from '../../../src/engine/dispatcher.ts';
import { always, condition, loadedRun, onFailure, type StepSketch } from './run-fixture.ts';

const going: RunPosture = { stopping: 'no', canceling: false, reason: null };
const draining: RunPosture = { stopping: 'cleanup', canceling: false, reason: 'step s0 failed' };
const canceling: RunPosture = { stopping: 'cleanup', canceling: true, reason: 'enough' };
const abandoned: RunPosture = { stopping: 'all', canceling: false, reason: null };

/** A dispatcher over these steps that has made its first decisions. */
function dispatcherOf(...steps: StepSketch[]): Dispatcher {
  const dispatcher = new Dispatcher(loadedRun(steps));
  dispatcher.settle(going);
  return dispatcher;
}

/** Ids of all steps that are ready, taken. */
function takeAll(dispatcher: Dispatcher): string[] {
  const taken: string[] = [];
  for (let next = take(dispatcher); next !== undefined; next = take(dispatcher)) taken.push(next);
  return taken;
}

/** The id of the next step, where the run's chart lets everything through. */
function take(dispatcher: Dispatcher): string | undefined {
  return dispatcher.take(() => true)?.stepId;
}

describe('a dispatcher', () => {
  test('gives steps as their needs succeed', () => {
    const dispatcher = dispatcherOf({}, { needs: [0] });
    expect(takeAll(dispatcher)).toEqual(['s0']);
    expect(take(dispatcher)).toBeUndefined();
    dispatcher.ended('s0', 'succeeded', { size: 3 });
    expect(dispatcher.settle(going)).toEqual([]);
    expect(takeAll(dispatcher)).toEqual(['s1']);
    expect(dispatcher.results['s0']).toEqual({ state: 'succeeded', outputs: { size: 3 } });
  });

  test('skips what follows a failure, and says which need it was and how that ended', () => {
    const dispatcher = dispatcherOf({}, { needs: [0] }, { needs: [1] });
    takeAll(dispatcher);
    dispatcher.ended('s0', 'failed', {});
    expect(dispatcher.settle(going)).toEqual([
      { stepId: 's1', end: 'skipped', reason: { kind: 'dependencyFailed', need: 's0', need_state: 'failed' } },
      { stepId: 's2', end: 'skipped', reason: { kind: 'dependencyFailed', need: 's1', need_state: 'skipped' } },
    ]);
    expect(dispatcher.results).toMatchObject({ s1: { state: 'skipped', outputs: {} }, s2: { state: 'skipped' } });
  });

  test('goes on after a failure that is tolerated', () => {
    const dispatcher = dispatcherOf({ continueOnError: true }, { needs: [0] });
    takeAll(dispatcher);
    dispatcher.ended('s0', 'failed', {});
    dispatcher.settle(going);
    expect(takeAll(dispatcher)).toEqual(['s1']);
  });

  test('refuses a step that the plan does not have', () => {
    const dispatcher = dispatcherOf({});
    expect(() => dispatcher.ended('s9', 'failed', {})).toThrow('unknown step s9');
    expect(() => dispatcher.inputOf('s9', 0)).toThrow('unknown step s9');
  });

  test('makes the input of a step from its definition', () => {
    const dispatcher = dispatcherOf({
      outputs: { size: 'number' },
      timeoutMs: 5,
      stepTimeoutMs: 9,
      onInterrupted: 'fail',
      continueOnError: true,
    });
    expect(dispatcher.inputOf('s0', 77)).toEqual({
      stepId: 's0',
      toolId: 'true',
      checks: [],
      nowMs: 77,
      attemptTimeoutMs: 5,
      stepTimeoutMs: 9,
      retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
      declaresOutputs: true,
      onInterrupted: 'fail',
      continueOnError: true,
      approval: null,
      obstacle: null,
    });
    expect(dispatcherOf({}).inputOf('s0', 0).declaresOutputs).toBe(false);
  });

  test('goes on from the rows of a stored run', () => {
    const dispatcher = new Dispatcher(loadedRun([{}, {}, { needs: [0] }, { needs: [1] }]));
    dispatcher.restore([{ stepId: 's0', end: 'succeeded', outputs: { size: 3 } }], ['s1']);
    expect(dispatcher.settle(going)).toEqual([]);
    expect(takeAll(dispatcher)).toEqual(['s2']);
    expect(dispatcher.results['s0']).toEqual({ state: 'succeeded', outputs: { size: 3 } });
  });
});

describe('a condition', () => {
  test('that is false skips the step and is its reason', () => {
    const dispatcher = dispatcherOf({}, { needs: [0], if: condition(({ ends }) => ends['s0'] !== 'succeeded') });
    takeAll(dispatcher);
    dispatcher.ended('s0', 'succeeded', {});
    expect(dispatcher.settle(going)).toEqual([
      { stepId: 's1', end: 'skipped', reason: { kind: 'conditionFalse', condition: 'the condition' } },
    ]);
  });

  test('is false for what the language calls false, and true for all else', () => {
    const values = [false, 0, '', null, Number.NaN, true, 1, 'false', '0', -1];
    const dispatcher = dispatcherOf(...values.map((value) => ({ if: condition(() => value) })));
    expect(takeAll(dispatcher)).toEqual(['s5', 's6', 's7', 's8', 's9']);
  });

  test('does not replace the rule of needs unless it asks for their state', () => {
    const dispatcher = dispatcherOf(
      {},
      { needs: [0], if: condition(() => true) },
      { needs: [0], if: always },
      { needs: [0], if: onFailure },
    );
    takeAll(dispatcher);
    dispatcher.ended('s0', 'failed', {});
    expect(dispatcher.settle(going).map(({ stepId, reason }) => [stepId, (reason as { kind: string }).kind])).toEqual([
      ['s1', 'dependencyFailed'],
    ]);
    expect(takeAll(dispatcher)).toEqual(['s2', 's3']);
  });

  test('that asks for failure is false after success, with itself as the reason', () => {
    const dispatcher = dispatcherOf({}, { needs: [0], if: onFailure });
    takeAll(dispatcher);
    dispatcher.ended('s0', 'succeeded', {});
    expect(dispatcher.settle(going)[0]?.reason).toEqual({ kind: 'conditionFalse', condition: 'the condition' });
  });

  test('that cannot be evaluated lets the step start, where the failure is told', () => {
    const broken = condition(() => {
      throw new Error('no such output');
    });
    expect(takeAll(dispatcherOf({ if: broken }))).toEqual(['s0']);
  });
});

describe('a step that asks a person', () => {
  const asks = (question: StepSketch['action'] = { kind: 'approve', question: ['Go on?'], byDefault: 'reject' }): StepSketch => ({
    action: question,
  });

  test('goes before every step that needs a slot', () => {
    const dispatcher = dispatcherOf({}, { needs: [0] }, asks());
    expect(dispatcher.take(() => true)).toEqual({ stepId: 's2', needs: 'person' });
    expect(dispatcher.take((needs) => needs === 'person')).toBeUndefined();
    expect(dispatcher.hasReady).toBe(true);
    expect(dispatcher.take(() => true)).toEqual({ stepId: 's0', needs: 'slot' });
    expect(dispatcher.hasReady).toBe(false);
  });

  test('waits as long as its timeout says, with the answer that counts then, and has no attempts to time', () => {
    const dispatcher = dispatcherOf({ ...asks({ kind: 'approve', question: ['ok?'], byDefault: 'approve' }), timeoutMs: 70 });
    expect(dispatcher.inputOf('s0', 5)).toMatchObject({
      toolId: 'person',
      nowMs: 5,
      attemptTimeoutMs: null,
      approval: { timeoutMs: 70, byDefault: 'approve' },
      obstacle: null,
    });
    expect(dispatcherOf(asks()).inputOf('s0', 5).approval).toEqual({ timeoutMs: null, byDefault: 'reject' });
  });

  test('asks with the values of the run', () => {
    const version = { source: 'the version', evaluate: () => '1.2' };
    const dispatcher = dispatcherOf(asks({ kind: 'approve', question: ['Publish ', version, '?'], byDefault: 'reject' }));
    expect(dispatcher.questionOf('s0')).toBe('');
    dispatcher.inputOf('s0', 0);
    expect(dispatcher.questionOf('s0')).toBe('Publish 1.2?');
  });

  test('cannot ask where its question or its condition cannot be evaluated', () => {
    const evaluate = (): never => {
      throw new Error('no such output');
    };
    const question = asks({ kind: 'approve', question: [{ source: 'x', evaluate }], byDefault: 'reject' });
    const dispatcher = dispatcherOf(question, { ...asks(), if: condition(evaluate) });
    expect(dispatcher.inputOf('s0', 0).obstacle).toMatchObject({ kind: 'expressionFailed', field: 'approve' });
    expect(dispatcher.inputOf('s1', 0).obstacle).toMatchObject({ kind: 'expressionFailed', field: 'if' });
  });

  test('is no cleanup: a run that is stopping asks nothing', () => {
    const dispatcher = dispatcherOf({}, { ...asks(), if: always }, { if: always });
    expect(dispatcher.settle(draining).map(({ stepId, end }) => [stepId, end])).toEqual([
      ['s0', 'canceled'],
      ['s1', 'canceled'],
    ]);
    expect(takeAll(dispatcher)).toEqual(['s2']);
  });

  test('is skipped by its condition like any other', () => {
    const dispatcher = new Dispatcher(loadedRun([{ ...asks(), if: condition(() => false) }]));
    expect(dispatcher.settle(going)).toMatchObject([{ stepId: 's0', end: 'skipped', reason: { kind: 'conditionFalse' } }]);
  });
});

describe('a run that is stopping', () => {
  test('cancels what waits, with the reason of the run, and keeps what asks for the state of the run', () => {
    const seen: unknown[] = [];
    const cleanup = condition((status) => {
      seen.push(status);
      return true;
    }, true);
    const dispatcher = dispatcherOf({}, { needs: [0] }, {}, { if: cleanup });
    expect(take(dispatcher)).toBe('s0');
    expect(dispatcher.settle(canceling)).toEqual([
      { stepId: 's2', end: 'canceled', reason: { kind: 'canceled', reason: 'enough' } },
      { stepId: 's1', end: 'canceled', reason: { kind: 'canceled', reason: 'enough' } },
    ]);
    expect(takeAll(dispatcher)).toEqual(['s3']);
    expect(seen.at(-1)).toMatchObject({ success: false, failure: false, cancelled: true });
    expect(dispatcher.results).toMatchObject({ s1: { state: 'canceled' }, s2: { state: 'canceled' } });
  });

  test('cancels once, not at every turn', () => {
    const dispatcher = dispatcherOf({}, {});
    expect(dispatcher.settle(draining)).toHaveLength(2);
    expect(dispatcher.settle(draining)).toEqual([]);
  });

  test('starts cleanup after all that it needs has really ended', () => {
    const dispatcher = dispatcherOf({}, { needs: [0] }, { needs: [1], if: always });
    expect(take(dispatcher)).toBe('s0');
    expect(dispatcher.settle(draining).map(({ stepId }) => stepId)).toEqual(['s1']);
    expect(dispatcher.hasReady).toBe(false);
    dispatcher.ended('s0', 'canceled', {});
    dispatcher.settle(draining);
    expect(takeAll(dispatcher)).toEqual(['s2']);
  });

  test('tells cleanup that nothing succeeded, also when its own needs did', () => {
    const unless = condition(({ success }) => success, true);
    const dispatcher = dispatcherOf({}, { needs: [0], if: unless });
    take(dispatcher);
    dispatcher.ended('s0', 'succeeded', {});
    expect(dispatcher.settle(draining).map(({ stepId, end }) => [stepId, end])).toEqual([['s1', 'skipped']]);
  });

  test('cancels cleanup too when the run is abandoned', () => {
    const dispatcher = dispatcherOf({}, { needs: [0], if: always }, { if: always });
    expect(take(dispatcher)).toBe('s0');
    expect(dispatcher.settle(canceling)).toEqual([]);
    expect(dispatcher.settle(abandoned).map(({ stepId, end, reason }) => [stepId, end, reason])).toEqual([
      ['s2', 'canceled', { kind: 'canceled', reason: 'the run is stopping' }],
      ['s1', 'canceled', { kind: 'canceled', reason: 'the run is stopping' }],
    ]);
    expect(dispatcher.hasReady).toBe(false);
  });

  test('cancels what a stored run left to be judged', () => {
    const dispatcher = new Dispatcher(loadedRun([{}, { needs: [0] }]));
    dispatcher.restore([], ['s0']);
    expect(dispatcher.settle(draining).map(({ stepId, end }) => [stepId, end])).toEqual([['s1', 'canceled']]);
  });
});
