import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { backoffDelayMs, checkHolds, mayRetry, mayTryNextTool, type Retry } from '../../../machines/retry.ts';
import type { Outcome } from '../../../schemas/outcome.ts';

const retry: Retry = { attempts: 3, backoff: 'exponential', delayMs: 1000, maxDelayMs: 30_000, jitter: false, onExitCodes: null };
const begun = { retry, attempt: 1, interruptions: 0, spentAttempts: 0, stepDeadlineMs: null as number | null };
const state = (more: Partial<typeof begun> = {}) => ({ ...begun, ...more });
const report = (outcome: Outcome, endedAtMs = 0) => ({ outcome, endedAtMs, random: 0.5 });
const exit = (exitCode: number): Outcome => ({ kind: 'exitNonZero', exitCode });
const judged = (means: 'retry' | 'try_another' | 'never_retry'): Outcome => ({ kind: 'judged', exitCode: 1, means, because: '' });
const unverified: Outcome = { kind: 'verificationFailed', check: 'lint', exitCode: 1, message: '' };
const timedOut = (scope: 'attempt' | 'step'): Outcome => ({ kind: 'timedOut', timeoutMs: 5, scope });

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

  test('begins afresh with a new tool', () => {
    expect(backoffDelayMs(state({ attempt: 6, interruptions: 2, spentAttempts: 3 }), 0)).toBe(1000);
    expect(backoffDelayMs(state({ attempt: 7, interruptions: 2, spentAttempts: 3 }), 0)).toBe(2000);
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

  test('counts the attempts with one tool: those that other tools have used up are theirs', () => {
    const spent = { spentAttempts: 3, interruptions: 1 };
    expect([5, 6, 7].map((attempt) => mayRetry(state({ attempt, ...spent }), report(exit(1))))).toEqual([true, true, false]);
  });

  test('retries what a check says of the result, unless exit codes are listed', () => {
    expect(mayRetry(state(), report(unverified))).toBe(true);
    expect(mayRetry(state({ retry: { ...retry, onExitCodes: [1] } }), report(unverified))).toBe(false);
  });

  test('follows what the configuration of the tool makes of its end, whatever exit codes are listed', () => {
    for (const onExitCodes of [null, [75]]) {
      const means = (['retry', 'try_another', 'never_retry'] as const).map((each) =>
        mayRetry(state({ retry: { ...retry, onExitCodes } }), report(judged(each))),
      );
      expect(means).toEqual([true, false, false]);
    }
  });

  test('retries only the listed exit codes when there is a list', () => {
    const listed = state({ retry: { ...retry, onExitCodes: [75, 137] } });
    expect(mayRetry(listed, report(exit(75)))).toBe(true);
    expect(mayRetry(listed, report(exit(1)))).toBe(false);
    expect(mayRetry(listed, report({ kind: 'signaled', signal: 'SIGKILL', exitCode: 137 }))).toBe(true);
    expect(mayRetry(listed, report(timedOut('attempt')))).toBe(false);
    expect(mayRetry(listed, report({ kind: 'outputInvalid', problems: ['x'] }))).toBe(false);
  });

  test('retries a timed out attempt but not a step whose own time is up', () => {
    expect(mayRetry(state(), report(timedOut('attempt')))).toBe(true);
    expect(mayRetry(state(), report(timedOut('step')))).toBe(false);
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

  test('puts the deadline of the step off by the time that the machine slept', () => {
    const late = { ...report(exit(1)), skippedMs: 1 };
    expect(mayRetry(state({ stepDeadlineMs: 1000 }), late)).toBe(true);
  });
});

describe('mayTryNextTool', () => {
  const routed = { routed: true, stepDeadlineMs: null };

  test('gives what one tool could not do to another one', () => {
    const curable: Outcome[] = [
      exit(1),
      { kind: 'signaled', signal: 'SIGKILL', exitCode: 137 },
      { kind: 'spawnFailed', code: 'ENOENT', message: '' },
      { kind: 'outputInvalid', problems: ['x'] },
      { kind: 'logLimit', limitBytes: 5 },
      unverified,
      timedOut('attempt'),
      judged('retry'),
      judged('try_another'),
    ];
    expect(curable.filter((outcome) => !mayTryNextTool(routed, report(outcome)))).toEqual([]);
    expect(curable.filter((outcome) => mayTryNextTool({ ...routed, routed: false }, report(outcome)))).toEqual([]);
  });

  test('ends with an answer that is final, and with what no tool can cure', () => {
    const hopeless: Outcome[] = [
      judged('never_retry'),
      timedOut('step'),
      { kind: 'expressionFailed', field: 'prompt', message: '' },
      { kind: 'noRoutableTool', message: '' },
      { kind: 'interrupted', message: '' },
      { kind: 'canceled', reason: '' },
      { kind: 'succeeded', exitCode: 0 },
    ];
    expect(hopeless.filter((outcome) => mayTryNextTool(routed, report(outcome)))).toEqual([]);
  });

  test('needs time that is left to the step, without a wait before', () => {
    const bounded = { ...routed, stepDeadlineMs: 1000 };
    expect([999, 1000].map((endedAtMs) => mayTryNextTool(bounded, report(exit(1), endedAtMs)))).toEqual([true, false]);
    expect(mayTryNextTool(bounded, { ...report(exit(1), 1000), skippedMs: 1 })).toBe(true);
  });
});

describe('checkHolds', () => {
  const checks = [{ required: true }, { required: false }];
  const holds = (check: number, outcome: Outcome): boolean => checkHolds({ checks, check }, { outcome });

  test('when it succeeded, required or not', () => {
    expect([0, 1].map((check) => holds(check, { kind: 'succeeded', exitCode: 0 }))).toEqual([true, true]);
  });

  test('however it failed where it is not required, unless the step is stopped', () => {
    const failures = [unverified, timedOut('attempt'), { kind: 'interrupted', message: '' } as const];
    expect(failures.map((outcome) => [holds(0, outcome), holds(1, outcome)])).toEqual(failures.map(() => [false, true]));
    const stops = [timedOut('step'), { kind: 'canceled', reason: '' } as const];
    expect(stops.map((outcome) => [holds(0, outcome), holds(1, outcome)])).toEqual(stops.map(() => [false, false]));
  });

  test('not where there is none', () => {
    expect(holds(2, unverified)).toBe(false);
  });
});
