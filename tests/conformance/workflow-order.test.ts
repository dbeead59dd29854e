import { describe, expect } from 'vitest';
import { test, type Parsed } from './sandbox.ts';

/** State and reason of each step. */
function told(steps: Record<string, Parsed>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(steps).map(([id, step]) => [id, step.reason === null ? step.state : [step.state, step.reason]]),
  );
}

describe.concurrent('the order of steps', () => {
  test('a step starts after all that it needs; outputs go from step to step', async ({ box }) => {
    const { code, stderr } = await box.cli('run', box.use('pipeline'), '-p', 'who=you');
    expect(stderr).toContain('✔ pipeline succeeded');
    expect(code).toBe(0);
    expect(await box.log('count')).toBe('hello you\n5\n');
    expect(await box.log('twice')).toBe('twice 5\n');
    const { value } = await box.json('show', '@latest');
    const [greet, count, twice, last] = value.steps;
    expect(greet.outputs).toEqual({ greeting: 'hello you', length: 5 });
    expect(count.started_at >= greet.ended_at && twice.started_at >= greet.ended_at).toBe(true);
    expect(last.started_at >= count.ended_at && last.started_at >= twice.ended_at).toBe(true);
  });

  test('what cannot run is skipped, down to the last dependant, and the reason is stored', async ({ box }) => {
    const { code } = await box.cli('run', box.use('failing'));
    expect(code).toBe(1);
    expect(told(await box.steps())).toEqual({
      good: 'succeeded',
      bad: ['failed', { kind: 'exitNonZero', exitCode: 3 }],
      child: ['skipped', { kind: 'dependencyFailed', need: 'bad', need_state: 'failed' }],
      grandchild: ['skipped', { kind: 'dependencyFailed', need: 'child', need_state: 'skipped' }],
    });
  });

  test('an `if` is asked after the needs, and replaces the rule that they succeeded where it reads the status', async ({
    box,
  }) => {
    const { code } = await box.cli('run', box.use('statuses'));
    expect(code).toBe(1);
    const steps = await box.steps();
    const states = Object.fromEntries(Object.entries(steps).map(([id, step]) => [id, step.state]));
    expect(states).toEqual({
      good: 'succeeded',
      bad: 'failed',
      plain: 'skipped',
      'below-plain': 'skipped',
      'on-failure': 'succeeded',
      'on-failure-of-good': 'skipped',
      'on-success': 'skipped',
      always: 'succeeded',
      'when-canceled': 'skipped',
      never: 'skipped',
      yes: 'succeeded',
      'below-never': 'skipped',
      'after-skip': 'succeeded',
    });
    expect(steps['never'].reason).toEqual({ kind: 'conditionFalse', condition: '1 > 2' });
    expect(steps['on-success'].reason).toEqual({ kind: 'conditionFalse', condition: 'success()' });
    expect(steps['below-never'].reason).toEqual({ kind: 'dependencyFailed', need: 'never', need_state: 'skipped' });
    expect(await box.log('always')).toBe('failed skipped\n');
  });

  test('never more steps run at once than max_parallel says, in the file or on the command line', async ({ box }) => {
    const file = box.use('parallel');
    expect((await box.cli('run', file)).code).toBe(0);
    const inside = box.trace().map(Number);
    expect(inside).toHaveLength(9);
    expect(Math.max(...inside)).toBeLessThanOrEqual(3);
    expect(Math.max(...inside)).toBeGreaterThan(1);
    box.write('trace', '');
    expect((await box.cli('run', file, '--max-parallel', '1')).code).toBe(0);
    expect(box.trace().map(Number)).toEqual(new Array(9).fill(1));
  });
});

describe.concurrent('the failure of a step', () => {
  test('stops what runs and cancels what waits (fail_fast, the default); cleanup still runs', async ({ box }) => {
    const { code, stderr } = await box.cli('run', box.use('fail-fast'));
    expect(code).toBe(1);
    expect(stderr).toContain('exit code 4');
    const steps = await box.steps();
    expect([steps['held'].state, steps['bad'].state, steps['waiting'].state, steps['cleanup'].state]).toEqual([
      'canceled',
      'failed',
      'canceled',
      'succeeded',
    ]);
    expect(steps['waiting'].reason).toEqual({ kind: 'canceled', reason: 'step bad failed' });
    expect(box.trace()).toEqual(['held', 'cleanup']);
    expect(box.tools()).toEqual([]);
  });

  test('pauses the run with `escalate`; unpaused and resumed it goes on to its end', async ({ box }) => {
    const first = await box.cli('run', box.use('escalate'));
    expect(first.code).toBe(5);
    expect(first.stderr).toContain('escalate is paused');
    expect(first.stderr).toContain('step bad failed');
    expect(box.trace()).toEqual([]);
    expect((await box.json('ls')).value.runs[0].state).toBe('paused');
    expect((await box.cli('resume', '@latest')).code).toBe(5);
    const unpaused = await box.cli('unpause', '@latest');
    expect(unpaused.code).toBe(0);
    expect(unpaused.stdout).toContain('stateyard resume');
    const second = await box.cli('resume', '@latest');
    expect(second.code).toBe(1);
    expect(box.trace()).toEqual(['ordered', 'after-good']);
  });

  test('is nothing to the run with continue_on_error', async ({ box }) => {
    const { code, stderr } = await box.cli('run', box.use('tolerant'));
    expect(code, stderr).toBe(0);
    const steps = await box.steps();
    expect([steps['bad'].state, steps['next'].state]).toEqual(['failed', 'succeeded']);
  });
});
