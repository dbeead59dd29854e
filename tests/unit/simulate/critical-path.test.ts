import { describe, expect, it } from 'vitest';
import { criticalPathOf } from '../../../src/simulate/critical-path.ts';
import type { SimulatedStep } from '../../../src/simulate/simulate-run.ts';
import { setupOf } from './simulation-setup.ts';

const step = (stepId: string, startedMs: number | null, endedMs: number | null): SimulatedStep => ({
  stepId,
  state: startedMs === null ? 'skipped' : 'succeeded',
  attempts: 1,
  outputs: null,
  reason: null,
  startedMs,
  endedMs,
});

const { plan } = setupOf(`
name: path
steps:
  a: { run: 'true' }
  b: { run: 'true' }
  c: { needs: a, run: 'true' }
  d: { needs: c, run: 'true' }
  e: { needs: [b, d], run: 'true' }
`);

const pathOf = (...steps: SimulatedStep[]): string[] => criticalPathOf(plan, steps).map(({ stepId }) => stepId);

describe('the critical path of a simulated run', () => {
  it('goes back by the need that ended last', () => {
    expect(pathOf(step('a', 0, 10), step('b', 0, 90), step('c', 10, 20), step('d', 20, 30), step('e', 90, 95))).toEqual([
      'b',
      'e',
    ]);
    expect(pathOf(step('a', 0, 10), step('b', 0, 5), step('c', 10, 20), step('d', 20, 30), step('e', 30, 35))).toEqual([
      'a',
      'c',
      'd',
      'e',
    ]);
  });

  it('goes through steps that were skipped to what they waited for', () => {
    expect(pathOf(step('a', 0, 50), step('b', 0, 5), step('c', null, 50), step('d', null, null), step('e', 50, 60))).toEqual([
      'a',
      'e',
    ]);
  });

  it('is empty where nothing was executed', () => {
    expect(pathOf(step('a', null, 0))).toEqual([]);
  });
});
