import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/engine/ports.ts';
import { RunClock } from '../../../src/engine/run-clock.ts';

const hourMs = 3_600_000;

/** A world whose two clocks are set by hand. */
function world(startMs = 1_000_000): Clock & { pass(ms: number): void; jump(ms: number): void } {
  let wallMs = startMs;
  let monotonicMs = 7.25;
  return {
    nowMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    schedule: () => () => undefined,
    pass(ms) {
      wallMs += ms;
      monotonicMs += ms;
    },
    jump(ms) {
      wallMs += ms;
    },
  };
}

describe('the clock of a run', () => {
  test('is the wall clock while nothing jumps', () => {
    const around = world();
    const clock = new RunClock(around, 0);
    around.pass(1234);
    expect(clock.nowMs()).toBe(around.nowMs());
    expect(clock.skippedMsSince(0)).toBe(0);
  });

  test('goes on at the pace of the monotonic clock when the wall clock is set back, and follows it again once that has caught up', () => {
    const around = world();
    const clock = new RunClock(around, 0);
    const before = clock.nowMs();
    around.jump(-hourMs);
    around.pass(500);
    expect(clock.nowMs()).toBe(before + 500);
    around.jump(2 * hourMs);
    expect(clock.nowMs()).toBe(around.nowMs());
  });

  test('begins where the history ended, when the wall clock is behind that', () => {
    const around = world();
    const clock = new RunClock(around, around.nowMs() + hourMs);
    around.pass(250);
    expect(clock.nowMs()).toBe(around.nowMs() + hourMs);
  });

  test('tells how much of the time since then was skipped, leaving out small corrections', () => {
    const around = world();
    const clock = new RunClock(around, 0);
    const first = clock.nowMs();
    around.pass(100);
    around.jump(hourMs);
    const awake = clock.nowMs();
    around.pass(100);
    around.jump(400);
    expect(clock.skippedMsSince(first)).toBe(hourMs);
    expect(clock.skippedMsSince(awake)).toBe(0);
  });

  test('notices a sleep that nobody looked at before', () => {
    const around = world();
    const clock = new RunClock(around, 0);
    const first = clock.nowMs();
    around.jump(hourMs);
    expect(clock.skippedMsSince(first)).toBe(hourMs);
  });

  test('translates a time of the wall clock as it is now', () => {
    const around = world();
    const clock = new RunClock(around, 0);
    expect(clock.ofWall(around.nowMs() - 5)).toBe(clock.nowMs() - 5);
    around.jump(-hourMs);
    expect(clock.ofWall(around.nowMs() - 5)).toBe(clock.nowMs() - 5);
  });

  test('never goes back, is never behind the wall clock, and loses none of the time that passes', () => {
    const step = fc.record({ pass: fc.integer({ min: 0, max: 10_000 }), jump: fc.integer({ min: -hourMs, max: hourMs }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const around = world(10 * hourMs);
        const clock = new RunClock(around, 0);
        for (const { pass, jump } of steps) {
          const before = clock.nowMs();
          around.pass(pass);
          around.jump(jump);
          const after = clock.nowMs();
          expect(after).toBeGreaterThanOrEqual(before + pass);
          expect(after).toBeGreaterThanOrEqual(around.nowMs());
        }
      }),
    );
  });
});
