import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { backoffDelayMs, mayRetry, type Retry } from '../../../machines/retry.ts';
import type { Outcome } from '../../../schemas/outcome.ts';

const retry: Retry = { attempts: 3, backoff: 'exponential', delayMs: 1000, maxDelayMs: 30_000, jitter: false, onExitCodes: null };
const state = (more: Partial<{ retry: Retry; attempt: number; interruptions: number; stepDeadlineMs: number | null }> = {}) => ({
  retry,
  attempt: 1,
  interruptions: 0,
  stepDeadlineMs: null,
  ...more,
});
const report = (outcome: Outcome, endedAtMs = 0) => ({ outcome, endedAtMs, random: 0.5 });
const exit = (exitCode: number): Outcome => ({ kind: 'exitNonZero', exitCode });

describe('backoffDelayMs', () => {
  test('doubles with each failure and stops at the ceiling', () => {
    const delays = [1, 2, 3, 6, 60].map((attempt) => backoffDelayMs(state({ attempt }), 0));
    expect(delays).toEqual([1000, 2000, 4000, 30_000, 30_000]);
  });

  test('stays the same when fixed', () => {
    expect([1, 2, 9].map((attempt) => backoffDelayMs(state({ attempt, retry: { ...retry, backoff: 'fixed' } }), 0))).toEqual([
      1000, 1000, 1000,
    ]);
  });

  test('does not count attempts that a crash took', () => {
    expect(backoffDelayMs(state({ attempt: 3, interruptions: 2 }), 0)).toBe(1000);
  });

  test('draws the upper half when jitter is on', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const delay = backoffDelayMs(state({ retry: { ...retry, jitter: true } }), random);
        expect(delay).toBeGreaterThanOrEqual(500);
        expect(delay).toBeLessThanOrEqual(1000);
      }),
    );
  });
});

describe('mayRetry', () => {
  test('retries a failed exit while attempts are left', () => {
    expect([1, 2, 3].map((attempt) => mayRetry(state({ attempt }), report(exit(1))))).toEqual([true, true, false]);
  });

  test('does not count attempts that a crash took', () => {
    expect(mayRetry(state({ attempt: 4, interruptions: 2 }), report(exit(1)))).toBe(true);
  });

  test('retries only the listed exit codes when there is a list', () => {
    const listed = state({ retry: { ...retry, onExitCodes: [75, 137] } });
    expect(mayRetry(listed, report(exit(75)))).toBe(true);
    expect(mayRetry(listed, report(exit(1)))).toBe(false);
    expect(mayRetry(listed, report({ kind: 'signaled', signal: 'SIGKILL', exitCode: 137 }))).toBe(true);
    expect(mayRetry(listed, report({ kind: 'timedOut', timeoutMs: 5, scope: 'attempt' }))).toBe(false);
    expect(mayRetry(listed, report({ kind: 'outputInvalid', problems: ['x'] }))).toBe(false);
  });

  test('retries a timed out attempt but not a step whose own time is up', () => {
    expect(mayRetry(state(), report({ kind: 'timedOut', timeoutMs: 5, scope: 'attempt' }))).toBe(true);
    expect(mayRetry(state(), report({ kind: 'timedOut', timeoutMs: 5, scope: 'step' }))).toBe(false);
  });

  test('never retries what another attempt cannot cure', () => {
    const hopeless: Outcome[] = [
      { kind: 'spawnFailed', code: 'ENOENT', message: '' },
      { kind: 'expressionFailed', field: 'run', message: '' },
      { kind: 'interrupted', message: '' },
      { kind: 'canceled', reason: '' },
    ];
    expect(hopeless.map((outcome) => mayRetry(state(), report(outcome)))).toEqual([false, false, false, false]);
    expect(mayRetry(state(), report({ kind: 'outputInvalid', problems: ['x'] }))).toBe(true);
  });

  test('does not retry when the wait would pass the deadline of the step', () => {
    expect(mayRetry(state({ stepDeadlineMs: 1001 }), report(exit(1)))).toBe(true);
    expect(mayRetry(state({ stepDeadlineMs: 1000 }), report(exit(1)))).toBe(false);
  });
});
