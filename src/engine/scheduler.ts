import type { Plan, StepEndState } from '../workflow/model.ts';
import { PriorityQueue } from './priority-queue.ts';

/** How a step stands to its needs at the moment when all of them have ended. */
export interface NeedsStatus {
  /** Every need succeeded, or failed with `continue_on_error`. */
  readonly success: boolean;
  /** Some step that this one depends on, directly or not, failed without `continue_on_error`. */
  readonly failure: boolean;
  /** A need that keeps the step from running, for the reason that is stored; null when `success`. */
  readonly blockedBy: number | null;
}

/** What is to become of a step whose needs have all ended. */
export type Verdict = 'run' | 'skip' | 'cancel';

/** A step that will not run, as {@link Scheduler.decide} found. */
export interface Settled {
  readonly position: number;
  readonly end: 'skipped' | 'canceled';
  readonly status: NeedsStatus;
}

/** An item of a list by a position that the plan itself gave. */
const at = <Item>(list: ArrayLike<Item>, position: number): Item => list[position] as Item;

/** What the scheduler asks of the steps, by position. What is left out is as for a plain step. */
export interface StepTraits {
  /** The step's failure does not fail what needs it (`continue_on_error`). */
  readonly tolerates?: (position: number) => boolean;
  /** Of two ready steps the one with the higher rank goes first. */
  readonly rank?: (position: number) => number;
  /** Steps of one lane are taken in turn; a whole lane may be closed for a while. A small whole number. */
  readonly lane?: (position: number) => number;
  /** The step waits for the end of `need`, and does not mind how it ended. */
  readonly onlyFollows?: (position: number, need: number) => boolean;
}

const waiting = 0;
const ready = 1;
const active = 2;
const ended = 3;

/**
 * Decides which step may be dispatched next: an in-degree counter a step, and a queue of the ready ones by their rank, then by the length of the
 * longest chain behind them (the critical path first), then by their order in the file. Pure: no clock, no I/O; the cost of a
 * step's end is that of its dependants, whatever the size of the plan. What a step's condition says is asked of `judge`.
 */
export class Scheduler {
  readonly #plan: Plan;
  readonly #traits: Required<StepTraits>;
  readonly #openNeeds: Int32Array;
  readonly #phase: Uint8Array;
  readonly #ends: (StepEndState | undefined)[];
  readonly #afterFailure: Uint8Array;
  readonly #ready = new Map<number, PriorityQueue>();
  readonly #comesFirst: (a: number, b: number) => number;
  #undecided: number[] = [];
  #waiting: number;

  /** Every step is waiting at first; a restored run tells {@link restore}. */
  constructor(plan: Plan, traits: StepTraits = {}) {
    const size = plan.ids.length;
    this.#plan = plan;
    const { tolerates = () => false, rank = () => 0, lane = () => 0, onlyFollows = () => false } = traits;
    this.#traits = { tolerates, rank, lane, onlyFollows };
    this.#openNeeds = Int32Array.from(plan.needs, (needs) => needs.length);
    this.#phase = new Uint8Array(size);
    this.#ends = Array.from({ length: size });
    this.#afterFailure = new Uint8Array(size);
    this.#comesFirst = (a, b) => rank(b) - rank(a) || at(plan.height, b) - at(plan.height, a) || a - b;
    this.#waiting = size;
    for (let position = 0; position < size; position++) if (at(plan.needs, position).length === 0) this.#undecided.push(position);
  }

  /** Steps that have neither been dispatched nor ended. */
  get waitingCount(): number {
    return this.#waiting;
  }

  /** Whether a step is ready, in any lane. */
  get hasReady(): boolean {
    for (const queue of this.#ready.values()) if (queue.size > 0) return true;
    return false;
  }

  /** The step that {@link take} would give; undefined when none is ready in an open lane. */
  next(isOpen: (lane: number) => boolean = () => true): number | undefined {
    let best: number | undefined;
    for (const [lane, queue] of this.#ready) {
      const head = queue.peek();
      if (head === undefined || (best !== undefined && this.#comesFirst(best, head) <= 0)) continue;
      if (isOpen(lane)) best = head;
    }
    return best;
  }

  /** How a step ended; undefined while it has not. */
  endOf(position: number): StepEndState | undefined {
    return this.#ends[position];
  }

  /** Takes over what a stored run has reached: the ends of steps and the ones that are running. Call once, before anything else. */
  restore(ends: ReadonlyMap<number, StepEndState>, running: Iterable<number>): void {
    for (const position of running) this.#leaveWaiting(position, active);
    for (const level of this.#plan.levels) {
      for (const position of level) {
        const end = ends.get(position);
        if (end !== undefined) this.settle(position, end);
      }
    }
    this.#undecided = this.#undecided.filter((position) => this.#phase[position] === waiting);
  }

  /**
   * Records the end of a step, however it came, and frees what waited for it. A step that ends before its needs have (it was
   * canceled while it waited) frees nothing until they have ended too: what cleans up after a chain starts after all of it.
   */
  settle(position: number, end: StepEndState): void {
    if (this.#phase[position] === ended) throw new Error(`step at position ${String(position)} has ended already`);
    this.#leaveWaiting(position, ended);
    this.#ends[position] = end;
    if (this.#openNeeds[position] !== 0) return;
    const over = [position];
    for (let next = over.pop(); next !== undefined; next = over.pop()) this.#free(next, over);
  }

  /**
   * Asks `judge` about every step whose needs have all ended since the last call, until none is left: the ones that will not
   * run are settled and returned in order, the others become ready for {@link take}.
   */
  decide(judge: (position: number, status: NeedsStatus) => Verdict): Settled[] {
    const settled: Settled[] = [];
    // Settling a step adds to this list what that frees.
    for (const position of this.#undecided) {
      const status = this.#statusOf(position);
      const verdict = judge(position, status);
      if (verdict === 'run') {
        this.#phase[position] = ready;
        this.#queueOf(position).push(position);
      } else {
        const end = verdict === 'skip' ? 'skipped' : 'canceled';
        this.settle(position, end);
        settled.push({ position, end, status });
      }
    }
    this.#undecided = [];
    return settled;
  }

  /** The first of the ready steps whose lanes are open, now counted as running; undefined when there is none. */
  take(isOpen: (lane: number) => boolean = () => true): number | undefined {
    const position = this.next(isOpen);
    if (position === undefined) return undefined;
    this.#queueOf(position).pop();
    this.#leaveWaiting(position, active);
    return position;
  }

  /** Puts the ready steps before the judge again and cancels at once every waiting step that `mayStillRun` refuses. */
  stop(mayStillRun: (position: number) => boolean): Settled[] {
    const settled: Settled[] = [];
    for (const queue of this.#ready.values()) {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        this.#phase[next] = waiting;
        this.#undecided.push(next);
      }
    }
    for (const level of this.#plan.levels) {
      for (const position of level) {
        if (this.#phase[position] !== waiting || mayStillRun(position)) continue;
        const status = this.#statusOf(position);
        this.settle(position, 'canceled');
        settled.push({ position, end: 'canceled', status });
      }
    }
    this.#undecided = this.#undecided.filter((position) => this.#phase[position] === waiting);
    return settled;
  }

  #statusOf(position: number): NeedsStatus {
    let blockedBy: number | null = null;
    for (const need of at(this.#plan.needs, position)) {
      const end = this.#ends[need];
      const good =
        end === 'succeeded' || (end === 'failed' && this.#traits.tolerates(need)) || this.#traits.onlyFollows(position, need);
      if (!good) {
        blockedBy = need;
        break;
      }
    }
    return { success: blockedBy === null, failure: this.#afterFailure[position] === 1, blockedBy };
  }

  /** Tells the dependants of a step that it and all before it have ended; those that had ended early go on to `over`. */
  #free(position: number, over: number[]): void {
    const failed = this.#ends[position] === 'failed' && !this.#traits.tolerates(position);
    const taint = failed || this.#afterFailure[position] === 1;
    for (const dependant of at(this.#plan.dependants, position)) {
      if (taint) this.#afterFailure[dependant] = 1;
      const open = at(this.#openNeeds, dependant) - 1;
      this.#openNeeds[dependant] = open;
      if (open > 0) continue;
      if (this.#phase[dependant] === ended) over.push(dependant);
      else if (this.#phase[dependant] === waiting) this.#undecided.push(dependant);
    }
  }

  #queueOf(position: number): PriorityQueue {
    const lane = this.#traits.lane(position);
    let queue = this.#ready.get(lane);
    if (queue === undefined) this.#ready.set(lane, (queue = new PriorityQueue(this.#comesFirst)));
    return queue;
  }

  #leaveWaiting(position: number, phase: number): void {
    const before = this.#phase[position];
    if (before === waiting || before === ready) this.#waiting--;
    this.#phase[position] = phase;
  }
}
