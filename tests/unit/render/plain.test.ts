import { expect, test } from 'vitest';
import { Paper, planOf, runId, Scene } from './scene.ts';

test('a run is told line by line', () => {
  const out = new Paper();
  const scene = new Scene('plain', planOf(['build', 'lint', 'unit', 'pack']), out);
  scene.start();
  scene.succeed('build', 1200);
  scene.attempt('lint');
  scene.clock.pass(1500);
  scene.step('lint', 'attempting.validating');
  const outcome = { kind: 'exitNonZero', exitCode: 75 };
  scene.event('tool_call_error', { step_id: 'lint', attempt: 1, outcome, exit_code: 75, duration_ms: 1500 });
  scene.step('lint', 'backoff', { wake_at: new Date(scene.clock.nowMs() + 2000).toISOString() });
  scene.clock.pass(2000);
  scene.attempt('lint', 2);
  scene.logs.set('lint.2', `${Array.from({ length: 40 }, (_, index) => `row ${index}`).join('\n')}\n\x1b[31mbad\x1b[0m\n\n`);
  scene.fail('lint', 1, 2);
  scene.event('run_state_changed', {
    from: 'running.active',
    to: 'running.draining',
    event: 'x',
    reason: { kind: 'exitNonZero', exitCode: 1 },
  });
  scene.step('unit', 'canceled', { reason: { kind: 'canceled', reason: 'another step failed' }, attempts: 0 });
  scene.step('pack', 'skipped', { reason: { kind: 'dependencyFailed', need: 'lint', need_state: 'failed' } });
  scene.event('note', { text: 'the disk is nearly full' });
  scene.event('invented_later', { step_id: 'build' });
  scene.event('run_state_changed', { from: 'running.draining', to: 'failed', event: 'x' });
  scene.renderer.close();
  expect(out.text).toBe(`\
05:06:07Z run ${runId} release-check started: 4 steps
05:06:07Z build started
05:06:08Z build succeeded in 1.2s
05:06:08Z lint started
05:06:09Z lint attempt 1 failed: exit code 75; again in 2s
05:06:11Z lint started, attempt 2
05:06:11Z lint failed after 1.5s (2 attempts): exit code 1
${Array.from({ length: 13 }, (_, index) => `    │ row ${index + 27}`).join('\n')}
    │ bad
05:06:11Z run ${runId} stopping after a failure: exit code 1
05:06:11Z unit canceled: another step failed
05:06:11Z pack skipped: needs lint, which failed
05:06:11Z run ${runId} the disk is nearly full
`);
});

test('a question is told with the command that answers it, and the answer with its comment', () => {
  const out = new Paper();
  const scene = new Scene('plain', planOf(['ship', 'notify']), out);
  scene.start();
  scene.step('ship', 'awaitingApproval');
  scene.event('approval_requested', { step_id: 'ship', question: 'Publish\x1b[2J 1.2?', answer_by: null });
  scene.event('run_state_changed', { from: 'running.active', to: 'running.awaitingPerson', event: 'IDLE', reason: null });
  scene.event('run_state_changed', { from: 'running.awaitingPerson', to: 'running.active', event: 'ANSWER', reason: null });
  scene.clock.pass(2000);
  scene.step('ship', 'succeeded', {
    reason: { kind: 'approved', comment: 'checked', byDefault: false },
    attempts: 0,
    duration_ms: 2000,
  });
  scene.step('notify', 'failed', { reason: { kind: 'rejected', comment: null, byDefault: true }, attempts: 0, duration_ms: 0 });
  scene.renderer.close();
  expect(out.text).toBe(`\
05:06:07Z run ${runId} release-check started: 2 steps
05:06:07Z ship asks: Publish 1.2?  stateyard approve ${runId} ship (or reject)
05:06:07Z run ${runId} waiting for an answer
05:06:07Z run ${runId} going on
05:06:09Z ship succeeded: approved: checked
05:06:09Z notify failed: rejected, because nobody answered in time
`);
});

test('colours are written when asked for', () => {
  const out = new Paper();
  const scene = new Scene('plain', planOf(['a']), out, { color: true });
  scene.succeed('a', 10);
  expect(out.text).toContain('\x1b[1ma\x1b[22m \x1b[32msucceeded\x1b[39m in 10ms\n');
});

test('pausing and going on are told once each', () => {
  const out = new Paper();
  const scene = new Scene('plain', planOf(['a']), out);
  for (const to of ['running.pausing', 'running.pausing', 'running.paused', 'running.active', 'running.active', 'succeeded']) {
    scene.event('run_state_changed', { from: 'x', to, event: 'x' });
  }
  expect(out.text.replaceAll(/^\S+ run \S+ /gm, '')).toBe('pausing\npaused\ngoing on\n');
});

test('a log that cannot be read is told in its place', () => {
  const out = new Paper();
  const scene = new Scene('plain', planOf(['a']), out, {
    readTail: () => {
      throw new Error('EACCES: permission denied');
    },
  });
  scene.attempt('a');
  scene.fail('a', 1);
  expect(out.text).toContain('a failed after 1.5s: exit code 1\n    │ (the log cannot be read: EACCES: permission denied)\n');
});

test('a step that could not be tried has no log to read', () => {
  const out = new Paper();
  const scene = new Scene('plain', planOf(['a']), out);
  scene.step('a', 'failed', { reason: { kind: 'expressionFailed', field: 'run', message: 'no such key' }, attempts: 0 });
  expect(out.text).toBe('05:06:07Z a failed: the expression in run failed: no such key\n');
  expect(scene.reads).toBe(0);
});

test('earlier events of a resumed run count but are not shown again', () => {
  const out = new Paper();
  const earlier = new Scene('quiet', planOf(['a', 'b']), new Paper());
  earlier.start();
  const ended = earlier.make('step_state_changed', { step_id: 'a', from: null, to: 'succeeded', attempts: 1 });
  const scene = new Scene('plain', planOf(['a', 'b']), out, { history: [earlier.make('run_started', {}), ended] });
  scene.event('run_resumed', { previous_owner_lost: true });
  scene.renderer.event(ended);
  scene.succeed('b', 5);
  expect(out.text.split('\n')[0]).toBe(`05:06:07Z run ${runId} taken up again: 1 of 2 steps were done`);
  expect(out.text).not.toContain(' a ');
  expect(scene.renderer.figures().counts.succeeded).toBe(2);
});

test('events without their fields change nothing', () => {
  const out = new Paper();
  const scene = new Scene('plain', planOf(['a']), out);
  for (const kind of ['step_state_changed', 'tool_call_started', 'tool_call_error', 'run_state_changed'])
    scene.event(kind, { to: 7 });
  scene.renderer.event({ ...scene.make('run_started', {}), ts: 'yesterday' });
  expect(out.text).toBe(`--:--:--Z run ${runId} release-check started: 1 step\n`);
});
