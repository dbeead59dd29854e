import { expect, test } from 'vitest';
import { Dispatcher } from '../../../src/engine/dispatcher.ts';
import { EngineWorld } from './engine-fixture.ts';
import { condition, loadedRun } from './run-fixture.ts';

const broken = condition(({ failure }) => {
  if (failure) throw new Error('no such output');
  return false;
}, true);
const alwaysBroken = condition(() => {
  throw new Error('no such output');
});
const failure = { kind: 'expressionFailed', field: 'if', message: expect.stringContaining('no such output') };

test('a condition that cannot be evaluated fails its step, also where it asks for the state of the run first', () => {
  const dispatcher = new Dispatcher(loadedRun([{}, { needs: [0], if: broken }]));
  dispatcher.settle({ stopping: 'no', canceling: false, reason: null });
  dispatcher.take(() => true);
  dispatcher.ended('s0', 'failed', {});
  expect(dispatcher.settle({ stopping: 'no', canceling: false, reason: null })).toEqual([]);
  expect(dispatcher.take(() => true)?.stepId).toBe('s1');
  expect(dispatcher.inputOf('s1', 0).obstacle).toEqual(failure);
});

test('a step that fails so makes no attempt, and what needs it is skipped', async () => {
  const world = new EngineWorld(loadedRun([{ if: alwaysBroken }, { needs: [0] }, {}]));
  const engine = world.create();
  engine.start();
  expect(await engine.finished).toMatchObject({ state: 'failed', reason: '1 step failed' });
  expect(world.started).toEqual(['s2.1']);
  expect(world.changes().filter((change) => /^s[01]/.test(change))).toEqual(['s0 failed', 's1 skipped']);
  const failed = world.events.find(({ payload }) => payload['to'] === 'failed');
  expect(failed?.payload).toMatchObject({ step_id: 's0', from: null, reason: failure, attempts: 0, duration_ms: 0 });
});
