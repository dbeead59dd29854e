import type { Clock } from './ports.ts';

/** Smaller steps of the wall clock are corrections that no timeout notices. */
const smallestSkipMs = 1000;

/**
 * The time of one run. It follows the wall clock forward and never goes back: where the wall clock is set back, it goes on counting by
 * the monotonic clock from where it was. So times that are recorded only grow, and the difference of two of them is never
 * negative. Timers are the world's monotonic ones: a jump neither rings nor delays them.
 */
export class RunClock implements Clock {
  readonly #world: Clock;
  readonly #skips: { readonly atMs: number; readonly byMs: number }[] = [];
  /** What the monotonic clock lacks to the time of the run. Only grows. */
  #offsetMs: number;

  /** `latestMs` is the latest time that was recorded of the run, 0 for none. */
  constructor(world: Clock, latestMs: number) {
    this.#world = world;
    this.#offsetMs = Math.max(latestMs, world.nowMs()) - world.monotonicMs();
  }

  nowMs(): number {
    const monotonicMs = this.#world.monotonicMs();
    const wallMs = this.#world.nowMs();
    const skippedMs = wallMs - (monotonicMs + this.#offsetMs);
    if (skippedMs > 0) {
      if (skippedMs >= smallestSkipMs) this.#skips.push({ atMs: monotonicMs + this.#offsetMs, byMs: skippedMs });
      this.#offsetMs = wallMs - monotonicMs;
    }
    return Math.floor(monotonicMs + this.#offsetMs);
  }

  monotonicMs(): number {
    return this.#world.monotonicMs();
  }

  schedule(delayMs: number, callback: () => void): () => void {
    return this.#world.schedule(delayMs, callback);
  }

  /**
   * How much of the time since `sinceMs` (a time of this run) did not pass for anybody who was waiting: the machine was asleep, or
   * the wall clock was set forward. Known as far back as this process goes.
   */
  skippedMsSince(sinceMs: number): number {
    this.nowMs();
    return this.#skips.reduce((sum, skip) => (skip.atMs >= sinceMs ? sum + Math.floor(skip.byMs) : sum), 0);
  }

  /** The time of the run for a time that the wall clock has just shown, such as that of a file. */
  ofWall(wallMs: number): number {
    return wallMs + Math.max(0, this.nowMs() - this.#world.nowMs());
  }
}
