import { describe, expect, test } from 'vitest';
import { planOf, runId, Scene } from './scene.ts';
import { Screen } from './screen.ts';

const look = (screen: Screen): string => screen.visible.map((line) => line.trimEnd()).join('\n');

function busyScene(screen: Screen): Scene {
  const scene = new Scene('tty', planOf(['build', 'lint', 'unit', 'pack', 'the-longest-one']), screen);
  scene.start();
  scene.succeed('build', 1200);
  scene.logs.set('lint.1', 'checking\r 10%\r\x1b[32m 55%\x1b[0m 日本語');
  scene.logs.set('unit.1', 'first line\nassertion failed: 1 is not 2\n');
  scene.attempt('lint');
  scene.attempt('unit');
  scene.clock.pass(3000);
  return scene;
}

describe('the live display', () => {
  test('shows settled steps above running ones, and a bar below', () => {
    const screen = new Screen(80, 24);
    const scene = busyScene(screen);
    expect(look(screen)).toBe(`\
• run ${runId} release-check started: 5 steps
✔ build             1.2s
⠸ lint                3s  55% 日本語
⠸ unit                3s  assertion failed: 1 is not 2
████░░░░░░░░░░░░░░░░░░░░  1/5  1 ok  2 running  4s`);
    expect(screen.cursorShown).toBe(false);
    scene.renderer.close();
  });

  test('moves steps up as they settle, a failed one with its last lines', () => {
    const screen = new Screen(80, 24);
    const scene = busyScene(screen);
    scene.fail('unit', 1, 2);
    scene.step('pack', 'skipped', { reason: { kind: 'dependencyFailed', need: 'unit', need_state: 'failed' } });
    scene.logs.set('unit.2', 'assertion failed: 1 is not 2\n\n');
    scene.event('run_state_changed', { from: 'running.active', to: 'running.draining', event: 'x' });
    scene.clock.pass(100);
    expect(look(screen)).toBe(`\
• run ${runId} release-check started: 5 steps
✔ build             1.2s
✖ unit              1.5s  2 attempts  exit code 1
    │ assertion failed: 1 is not 2
– pack                    needs unit, which failed
• run ${runId} stopping after a failure
⠼ lint                3s  55% 日本語
███░░░  3/5  stopping after a failure  1 ok  1 failed  1 skipped  1 running  4s`);
    scene.renderer.close();
  });

  test('shows a question as long as it waits for the answer', () => {
    const screen = new Screen(80, 24);
    const scene = new Scene('tty', planOf(['build', 'ship']), screen);
    scene.start();
    scene.attempt('build');
    scene.step('ship', 'awaitingApproval');
    scene.event('approval_requested', { step_id: 'ship', question: 'Publish 1.2?', answer_by: null });
    scene.clock.pass(3000);
    const [bar, ship] = look(screen).split('\n').reverse();
    expect(ship).toBe('? ship      3s  Publish 1.2?');
    expect(bar).toMatch(/0\/2  1 running  1 asking  3s$/);
    scene.step('ship', 'succeeded', {
      reason: { kind: 'approved', comment: null, byDefault: false },
      attempts: 0,
      duration_ms: 3000,
    });
    scene.clock.pass(100);
    expect(look(screen)).toMatch(/^✔ ship .*approved$/m);
    scene.renderer.close();
  });

  test('shows a step that waits to be tried again, with the time left', () => {
    const screen = new Screen(80, 24);
    const scene = new Scene('tty', planOf(['lint']), screen);
    scene.start();
    scene.attempt('lint');
    const outcome = { kind: 'exitNonZero', exitCode: 75 };
    scene.event('tool_call_error', { step_id: 'lint', attempt: 1, outcome, exit_code: 75, duration_ms: 1 });
    scene.step('lint', 'backoff', { wake_at: new Date(scene.clock.nowMs() + 5000).toISOString() });
    scene.clock.pass(2100);
    expect(look(screen).split('\n').slice(1)).toEqual([
      '◷ lint     2s  attempt 1 failed: exit code 75; again in 3s',
      '░░░░░░░░░░░░░░░░░░░░░░░░  0/1  1 waiting  2s',
    ]);
    scene.clock.pass(2900);
    scene.attempt('lint', 2);
    scene.clock.pass(100);
    expect(look(screen)).toContain(' lint     5s  attempt 2\n');
    scene.renderer.close();
  });

  test('leaves only what has settled when it is closed, and the cursor', () => {
    const screen = new Screen(80, 24);
    const scene = busyScene(screen);
    scene.step('lint', 'canceled', { attempts: 1, duration_ms: 3000, reason: { kind: 'canceled', reason: 'by hand' } });
    scene.renderer.close();
    scene.renderer.close();
    screen.write('the end');
    expect(look(screen)).toBe(`\
• run ${runId} release-check started: 5 steps
✔ build             1.2s
■ lint                3s  canceled: by hand
the end`);
    expect(screen.cursorShown).toBe(true);
    expect(scene.clock.timers).toBe(0);
    expect(scene.signals.listeners).toBe(0);
    expect(screen.listeners('resize')).toBe(0);
  });

  test('gives the terminal back when the process ends without closing it', () => {
    const screen = new Screen(80, 24);
    const scene = busyScene(screen);
    scene.signals.send('exit');
    expect(screen.cursorShown).toBe(true);
    expect(look(screen)).not.toContain('running');
    scene.renderer.close();
  });

  test('gives the terminal back while it is stopped, and draws again when it goes on', () => {
    const screen = new Screen(80, 24);
    const scene = busyScene(screen);
    scene.signals.send('SIGTSTP');
    expect(scene.signals.stops).toBe(1);
    expect(screen.cursorShown).toBe(true);
    screen.write('[1]+ Stopped\r\n');
    const { writes } = screen;
    scene.succeed('lint', 5000);
    expect(screen.writes).toBe(writes);
    scene.signals.send('SIGCONT');
    scene.clock.pass(100);
    expect(screen.cursorShown).toBe(false);
    expect(look(screen).split('\n').slice(1, 4)).toEqual([
      '✔ build             1.2s',
      '[1]+ Stopped',
      '✔ lint                5s',
    ]);
    expect(look(screen)).toMatch(/2\/5 {2}2 ok {2}1 running {2}9s$/);
    scene.renderer.close();
  });

  test('draws at most ten times a second, and once a second when nothing runs', () => {
    const screen = new Screen(80, 24);
    const scene = busyScene(screen);
    screen.writes = 0;
    for (let index = 0; index < 100; index++) {
      scene.event('note', { text: `note ${index}` });
      scene.clock.pass(10);
    }
    expect(screen.writes).toBeGreaterThanOrEqual(9);
    expect(screen.writes).toBeLessThanOrEqual(10);
    scene.step('lint', 'succeeded', { attempts: 1 });
    scene.step('unit', 'succeeded', { attempts: 1 });
    scene.clock.pass(1000);
    screen.writes = 0;
    scene.clock.pass(10_000);
    expect(screen.writes).toBe(10);
    scene.renderer.close();
  });

  test('ten thousand short steps cost one write a frame, and their logs are not read', () => {
    const screen = new Screen(80, 24);
    const ids = Array.from({ length: 10_000 }, (_, index) => `step-${index}`);
    const scene = new Scene('tty', planOf(ids), screen);
    scene.start();
    for (const id of ids) {
      scene.attempt(id);
      scene.step(id, 'succeeded', { attempts: 1, duration_ms: 1 });
    }
    scene.clock.pass(200);
    scene.renderer.close();
    expect(screen.writes).toBeLessThan(6);
    expect(scene.reads).toBe(0);
    expect(screen.everything.filter((line) => line.startsWith('✔'))).toHaveLength(10_000);
  });

  test('thousands of steps that did not run are counted, not listed', () => {
    const screen = new Screen(80, 24);
    const ids = Array.from({ length: 5000 }, (_, index) => `s${index}`);
    const scene = new Scene('tty', planOf(ids), screen);
    for (const id of ids) scene.step(id, 'skipped', { reason: { kind: 'dependencyFailed', need: 'x', need_state: 'failed' } });
    scene.renderer.close();
    expect(screen.everything.filter((line) => line !== '')).toHaveLength(11);
    expect(screen.everything).toContain('– and 4990 more steps that did not run');
  });

  test('estimates the time left once enough steps have run', () => {
    const screen = new Screen(120, 24);
    const ids = Array.from({ length: 10 }, (_, index) => `s${index}`);
    const scene = new Scene('tty', planOf(ids), screen);
    scene.start();
    scene.succeed('s0', 10_000);
    scene.succeed('s1', 10_000);
    expect(look(screen)).not.toContain('left');
    scene.succeed('s2', 10_000);
    scene.attempt('s3');
    scene.clock.pass(100);
    expect(look(screen)).toMatch(/ 30s {2}about 1m0\ds left$/);
    scene.event('run_state_changed', { from: 'x', to: 'running.canceling', event: 'x' });
    scene.clock.pass(100);
    expect(look(screen)).not.toContain('left');
    scene.renderer.close();
  });
});

describe('the size of the terminal', () => {
  test.each([20, 80, 200])('is kept at %i columns with wide characters', (columns) => {
    const screen = new Screen(columns, 12);
    const ids = Array.from({ length: 40 }, (_, index) => `step-${'x'.repeat(index % 30)}${index}`);
    const scene = new Scene('tty', planOf(ids), screen);
    scene.start();
    for (const [index, id] of ids.entries()) {
      scene.attempt(id);
      scene.logs.set(`${id}.1`, `${'日本語🚀e\u0301'.repeat(index * 2)}\r\n`);
      scene.clock.pass(50);
      if (index % 3 === 0) scene.step(id, 'succeeded', { attempts: 1 });
      if (index % 7 === 1) scene.fail(id, index, 2);
      expect(screen.visible.length).toBeLessThanOrEqual(12);
    }
    expect(screen.visible.join('\n')).toMatch(/… and \d+ more/);
    scene.renderer.close();
    const settled = screen.everything.filter((line) => /^[✔✖]/.test(line));
    expect(settled).toHaveLength(18);
    expect(screen.everything.filter((line) => line.startsWith('⠋') || line.includes('running'))).toEqual([]);
  });

  test.each([1, 2, 3, 4])('is kept at %i rows', (rows) => {
    const screen = new Screen(40, rows);
    const scene = new Scene('tty', planOf(['a', 'b', 'c']), screen);
    for (const id of ['a', 'b', 'c']) scene.attempt(id);
    scene.clock.pass(1000);
    expect(screen.scrolledOff).toEqual([]);
    expect(screen.visible.join('\n')).toContain('0/3');
    scene.renderer.close();
  });

  test('may change: nothing of the old lines remains, nothing settled is lost', () => {
    const screen = new Screen(100, 20);
    const scene = busyScene(screen);
    scene.logs.set('lint.1', 'y'.repeat(300));
    scene.clock.pass(300);
    for (const columns of [50, 23, 120, 31, 80]) {
      screen.resize(columns, 20);
      scene.clock.pass(100);
      const lines = screen.visible.map((line) => line.trimEnd());
      expect(lines.filter((line) => line.includes('lint'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('1/5'))).toHaveLength(1);
      expect(lines.filter((line) => line.startsWith('✔ build'))).toHaveLength(1);
    }
    scene.renderer.close();
  });

  test('may become lower: no old line remains below the bar', () => {
    const screen = new Screen(80, 30);
    const ids = Array.from({ length: 16 }, (_, index) => `s${index}`);
    const scene = new Scene('tty', planOf(ids), screen);
    for (const id of ids) scene.attempt(id);
    scene.clock.pass(100);
    screen.resize(80, 10);
    scene.clock.pass(100);
    expect(screen.visible).toHaveLength(9);
    expect(screen.visible.at(-2)).toBe('  … and 9 more');
    expect(screen.visible.at(-1)).toContain('0/16');
    scene.renderer.close();
  });

  test('leaves out the least important figures where they do not fit', () => {
    const bars = [20, 40, 60].map((columns) => {
      const screen = new Screen(columns, 10);
      const scene = busyScene(screen);
      scene.fail('unit', 1);
      scene.clock.pass(100);
      const bar = screen.visible.at(-1) ?? '';
      scene.renderer.close();
      return bar;
    });
    expect(bars).toEqual([
      '2/5  1 failed  4s',
      '2/5  1 ok  1 failed  1 running  4s',
      '█████████░░░░░░░░░░░░░░  2/5  1 ok  1 failed  1 running  4s',
    ]);
  });
});
