import { expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { noRoutes } from '../../../src/engine/no-routes.ts';
import { newRunRow } from './recording-fixture.ts';
import { loadedRun } from './run-fixture.ts';

test('a step whose machine breaks as the last one of a run quarantines the run', async () => {
  let ids = 0;
  const engine = new Engine(
    loadedRun([{}]),
    newRunRow,
    {
      store: { transact: () => 1, durable: () => Promise.resolve() },
      clock: { nowMs: () => 1000, monotonicMs: () => 0, schedule: () => () => undefined },
      entropy: { ulid: () => String(++ids).padStart(26, '0'), random: () => 0 },
      attempts: {
        start: () => Promise.reject(new Error('the disk is on fire')),
        reattach: () => Promise.reject(new Error('not asked for')),
        stop: () => Promise.resolve({ endedByItself: null }),
        tail: () => Promise.resolve(''),
        sweep: () => Promise.resolve(0),
      },
      routes: noRoutes,
      readOutputs: () => Promise.resolve({ values: {}, undeclared: [] }),
      onEvents: () => undefined,
    },
    null,
  );
  engine.start();
  expect(await engine.finished).toMatchObject({ state: 'quarantined', reason: 'step.s0 is broken: Error: the disk is on fire' });
});
