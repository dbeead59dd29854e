import { describe, expect } from 'vitest';
import { test, type Parsed } from './sandbox.ts';

/** Milliseconds between the ends of the attempts of a step and the starts of the ones after them. */
function waits(attempts: readonly Parsed[], step: string): number[] {
  const own = attempts.filter((attempt) => attempt.metadata.step_id === step);
  return own.slice(1).map((attempt, at) => Date.parse(attempt.started_at) - Date.parse(own[at].ended_at));
}

describe.concurrent('attempts', () => {
  test('are repeated as often, after such exit codes and such waits as `retry` says', async ({ box }) => {
    expect((await box.cli('run', box.use('retries'))).code).toBe(1);
    const { value } = await box.json('show', '@latest');
    const steps = Object.fromEntries(value.steps.map((step: Parsed) => [step.step_id, [step.state, step.attempts]]));
    expect(steps).toEqual({
      'third-time': ['succeeded', 3],
      'used-up': ['failed', 2],
      'other-code': ['failed', 1],
      'right-code': ['succeeded', 2],
      growing: ['failed', 4],
      'same-key': ['succeeded', 2],
    });
    const [first = 0, second = 0, third = 0] = waits(value.attempts, 'growing');
    expect(first).toBeGreaterThanOrEqual(99);
    expect(second).toBeGreaterThanOrEqual(199);
    expect(third).toBeGreaterThanOrEqual(249);
    expect(new Set(box.read('keys').trim().split('\n')).size).toBe(1);
    expect(await box.log('used-up')).toBe('');
  });

  test('end at their timeout, those of a step together at step_timeout, and nothing of them is left', async ({ box }) => {
    expect((await box.cli('run', box.use('timeouts'))).code).toBe(1);
    const steps = await box.steps();
    expect(steps['attempt'].reason).toEqual({ kind: 'timedOut', timeoutMs: 200, scope: 'attempt' });
    expect([steps['attempt-then-good'].state, steps['attempt-then-good'].attempts]).toEqual(['succeeded', 2]);
    expect(steps['step'].state).toBe('failed');
    expect(steps['step'].attempts).toBeGreaterThan(1);
    expect(steps['step'].attempts).toBeLessThan(10);
    expect(steps['step-while-running'].reason).toEqual({ kind: 'timedOut', timeoutMs: 200, scope: 'step' });
    expect(await box.log('attempt')).toBe('started\n');
    expect(box.tools()).toEqual([]);
  });

  test('are stopped when the timeout of the run has passed; cleanup still runs', async ({ box }) => {
    const { code, stderr } = await box.cli('run', box.use('run-timeout'));
    expect(code).toBe(1);
    expect(stderr).toContain('timeout of 300 ms has passed');
    const steps = await box.steps();
    expect([steps['held'].state, steps['waiting'].state, steps['cleanup'].state]).toEqual(['canceled', 'canceled', 'succeeded']);
    expect(box.trace()).toEqual(['cleaned']);
    expect(box.tools()).toEqual([]);
  });
});
