import { expect, test } from 'vitest';
import { estimateLeftMs } from '../../../src/cli/render/estimate.ts';
import { RunProgress } from '../../../src/cli/render/run-progress.ts';
import { planOf, runId } from './scene.ts';

/** A progress that is fed by the second. */
class Feed {
  readonly progress: RunProgress;
  nowMs = 0;

  constructor(steps: number) {
    this.progress = new RunProgress(planOf(Array.from({ length: steps }, (_, index) => `s${index}`)));
  }

  event(kind: string, payload: object = {}): void {
    this.progress.apply({
      event_id: 'E',
      run_id: runId,
      step_attempt_id: null,
      ts: new Date(this.nowMs).toISOString(),
      kind,
      payload,
    });
  }

  start(...steps: number[]): void {
    for (const step of steps) this.event('tool_call_started', { step_id: `s${step}`, attempt: 1 });
  }

  end(state: string, ...steps: number[]): void {
    for (const step of steps) this.event('step_state_changed', { step_id: `s${step}`, to: state });
  }

  get leftMs(): number | null {
    return estimateLeftMs(this.progress, this.nowMs);
  }
}

test('work left is divided by the steps seen at a time', () => {
  const feed = new Feed(12);
  for (const first of [0, 2]) {
    feed.start(first, first + 1);
    feed.nowMs += 4000;
    feed.end('succeeded', first, first + 1);
  }
  expect(feed.leftMs).toBe((8 * 4000) / 2);
  feed.start(4, 5);
  feed.nowMs += 1000;
  expect(feed.leftMs).toBe((6 * 4000 + 2 * 3000) / 2);
});

test('one step that is left does not run beside itself', () => {
  const feed = new Feed(5);
  feed.start(0, 1, 2, 3);
  feed.nowMs += 4000;
  feed.end('succeeded', 0, 1, 2, 3);
  expect(feed.leftMs).toBe(4000);
});

test('the time between a crash and the resume is not work', () => {
  const feed = new Feed(12);
  feed.start(0, 1, 2, 3);
  feed.nowMs += 4000;
  feed.end('succeeded', 0, 1, 2);
  feed.nowMs += 86_400_000;
  feed.event('run_resumed', { previous_owner_lost: true });
  expect(feed.progress.activeMs).toBe(4000);
});

test('nothing is said before enough is known, or when nothing can be said', () => {
  const feed = new Feed(40);
  feed.start(0, 1, 2, 3, 4);
  feed.nowMs += 1000;
  feed.end('succeeded', 0, 1, 2);
  expect(feed.leftMs).toBeNull();
  feed.nowMs += 2000;
  feed.end('failed', 3);
  expect(feed.leftMs).not.toBeNull();
  feed.event('run_state_changed', { to: 'running.paused' });
  expect(feed.leftMs).toBeNull();

  const late = new Feed(4);
  late.start(0, 1, 2, 3);
  late.nowMs += 3000;
  late.end('succeeded', 0, 1, 2);
  late.nowMs += 60_000;
  expect(late.leftMs).toBeNull();
  late.end('succeeded', 3);
  expect(late.leftMs).toBeNull();
});

test('steps that did not run are no measure', () => {
  const feed = new Feed(10);
  feed.start(0);
  feed.nowMs += 5000;
  feed.end('skipped', 1, 2, 3);
  feed.end('canceled', 0);
  expect(feed.leftMs).toBeNull();
});
