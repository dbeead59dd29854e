import type { Clock } from '../engine/ports.ts';

interface Timer {
  readonly dueMs: number;
  /** Of timers that are due together those of the world ring before those of who lives in it. */
  readonly isFirst: boolean;
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
    return this.#set({ dueMs: this.#dueMs(delayMs), isFirst: false, callback });
  }

  /**
   * Like {@link VirtualClock.schedule}, but before all plain timers that are due at the same time, whenever those were set: what happens in the world
   * does not depend on when an engine began to look.
   */
  scheduleFirst(delayMs: number, callback: () => void): () => void {
    return this.#set({ dueMs: this.#dueMs(delayMs), isFirst: true, callback });
  }

  #dueMs(delayMs: number): number {
    return this.#elapsedMs + Math.max(0, Math.ceil(delayMs));
  }

  #set(timer: Timer): () => void {
    let at = this.#timers.length;
    while (at > 0 && comesBefore(timer, this.#timers[at - 1])) at--;
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

function comesBefore(timer: Timer, other: Timer | undefined): boolean {
  if (other === undefined) return false;
  return other.dueMs > timer.dueMs || (other.dueMs === timer.dueMs && timer.isFirst && !other.isFirst);
}
