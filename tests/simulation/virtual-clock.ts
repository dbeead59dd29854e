import type { Clock } from '../../src/engine/ports.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * Time that moves only when it is told to. Timers with the same due time ring in the order in which they were set. The wall clock
 * can jump; timers do not notice.
 */
export class VirtualClock implements Clock {
  readonly #timers: Timer[] = [];
  #elapsedMs = 0;
  #wallOffsetMs: number;

  constructor(startMs: number) {
    this.#wallOffsetMs = startMs;
  }

  nowMs(): number {
    return this.#wallOffsetMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, Math.ceil(delayMs)), callback };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.dueMs ?? 0) > timer.dueMs) at--;
    this.#timers.splice(at, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found !== -1) this.#timers.splice(found, 1);
    };
  }

  /** Sets the wall clock forward, or back. */
  jump(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Moves to the next timer and rings it; false when there is none, or none until `untilMs` (monotonic). */
  ringNext(untilMs = Number.POSITIVE_INFINITY): boolean {
    const next = this.#timers[0];
    if (next === undefined || next.dueMs > untilMs) return false;
    this.#timers.shift();
    this.#elapsedMs = next.dueMs;
    next.callback();
    return true;
  }

  /** Moves to `untilMs` (monotonic); timers before it must have rung. */
  moveTo(untilMs: number): void {
    this.#elapsedMs = Math.max(this.#elapsedMs, untilMs);
  }
}
