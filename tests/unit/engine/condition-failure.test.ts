import { expect, test } from 'vitest';
import { Dispatcher } from '../../../src/engine/dispatcher.ts';
import { resolveAttempt } from '../../../src/engine/effects.ts';
import { condition, loadedRun } from './run-fixture.ts';

test('a condition that cannot be evaluated fails its step, also where it asks for the state of the run first', () => {
  const broken = condition(({ failure }) => {
    if (failure) throw new Error('no such output');
    return false;
  }, true);
  const run = loadedRun([{}, { needs: [0], if: broken }]);
  const dispatcher = new Dispatcher(run);
  dispatcher.settle({ stopping: 'no', canceling: false, reason: null });
  dispatcher.take();
  dispatcher.ended('s0', 'failed', {});
  expect(dispatcher.settle({ stopping: 'no', canceling: false, reason: null })).toEqual([]);
  expect(dispatcher.take()).toBe('s1');
  const attempt = resolveAttempt({ run, results: dispatcher.results, attemptIdOf: () => 'id' }, { stepId: 's1', attempt: 1 });
  expect(attempt).toEqual({ kind: 'expressionFailed', field: 'if', message: expect.stringContaining('no such output') });
});
