import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Clock, Entropy } from './ports.ts';

/** Longest delay that one timer of Node takes; longer ones are made of several. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, callback) {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      timer = setTimeout(
        () => (leftMs > longestTimerMs ? arm(leftMs - longestTimerMs) : callback()),
        Math.min(leftMs, longestTimerMs),
      );
    };
    arm(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};

/** Monotonic ulids and numbers from the system's randomness, fetched in pages: a call to the system for each would cost more than the rest of a ulid. */
export function systemEntropy(): Entropy {
  const page = new Uint32Array(256);
  let used = page.length;
  const random = (): number => {
    if (used === page.length) {
      // Not the global `crypto`, which takes 4 ms to make.
      randomFillSync(page);
      used = 0;
    }
    return (page[used++] ?? 0) / 2 ** 32;
  };
  const next = monotonicFactory(random);
  return { ulid: (nowMs) => next(nowMs), random };
}
