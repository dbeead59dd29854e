import type { SeededRandom } from '../../src/simulate/seeded-random.ts';
import type { Trouble } from './trouble.ts';
import type { VirtualClock } from '../../src/simulate/virtual-clock.ts';

/** What becomes of one call. */
export type Fate = 'done' | 'diesBefore' | 'diesMiddle' | 'diesAfter' | 'fails';

/** What a dead engine's calls end with. Nobody hears it. */
export class Dead extends Error {
  override readonly name = 'Dead';
}

/**
 * One life of an engine, as the world sees it: counts its calls, ends it at the appointed one, and makes sure that after its end
 * nothing that its code still does has an effect.
 */
export class Life {
  readonly number: number;
  readonly trouble: Trouble;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #onDeath: (life: Life) => void;
  readonly #pending = new Set<{ readonly cancel: () => void; readonly reject: (error: Dead) => void }>();
  #calls = 0;
  #dead = false;
  #failed = false;

  constructor(
    number: number,
    trouble: Trouble,
    world: { clock: VirtualClock; random: SeededRandom; onDeath: (life: Life) => void },
  ) {
    this.number = number;
    this.trouble = trouble;
    this.#clock = world.clock;
    this.#random = world.random;
    this.#onDeath = world.onDeath;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Some call of this life was made to fail. */
  get hasFailed(): boolean {
    return this.#failed;
  }

  /** How many calls there were. */
  get calls(): number {
    return this.#calls;
  }

  /** Decides about a call; `fallible` ones may be made to fail. Throws {@link Dead} once the life is over. */
  fate(fallible: boolean): Fate {
    this.refuseDead();
    this.#calls += 1;
    const { kind, atCall, moment, lasting } = this.trouble;
    if (kind === 'error') {
      if (!fallible || this.#calls < atCall || (this.#failed && !lasting)) return 'done';
      this.#failed = true;
      return 'fails';
    }
    if (kind === 'none' || this.#calls !== atCall) return 'done';
    return moment === 'before' ? 'diesBefore' : moment === 'middle' ? 'diesMiddle' : 'diesAfter';
  }

  /** Carries out a call without an answer of its own, as its fate says. `half` is what a death in the middle leaves of it. */
  act(fate: Fate, whole: () => void, half: () => void = () => undefined): void {
    if (fate === 'done' || fate === 'diesAfter') whole();
    else if (fate === 'diesMiddle') half();
    if (fate !== 'done') this.die();
  }

  /** Does a call whose answer is a promise. Its own death must not look like an answer: nothing that a dead engine asks for is answered. */
  async answer<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.refuseDead();
      return result;
    } catch (error) {
      if (this.isDead) return new Promise<never>(() => undefined);
      throw error;
    }
  }

  /** The end of the life, at once. What waits for the world is told {@link Dead}. */
  die(): never {
    this.end();
    throw new Dead('this life is over');
  }

  /** Like {@link Life.die}, from outside of the engine's code. */
  end(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#onDeath(this);
    for (const { cancel, reject } of this.#pending) {
      cancel();
      reject(new Dead('this life is over'));
    }
    this.#pending.clear();
  }

  /** Resolves after that much virtual time; rejects with {@link Dead} when the life ends before. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { reject, cancel: this.#clock.schedule(delayMs, () => (this.#pending.delete(entry), resolve())) };
      this.#pending.add(entry);
    });
  }

  /** A timer that is forgotten when the life ends. */
  schedule(delayMs: number, callback: () => void): () => void {
    const entry = {
      reject: () => undefined,
      cancel: this.#clock.schedule(delayMs, () => (this.#pending.delete(entry), callback())),
    };
    this.#pending.add(entry);
    return () => (this.#pending.delete(entry), entry.cancel());
  }

  refuseDead(): void {
    if (this.#dead) throw new Dead('this life is over');
  }

  /** How long a sync takes this time: mostly a millisecond, sometimes much longer. */
  syncMs(): number {
    return this.#random.chance(0.05) ? this.#random.between(10, 80) : this.#random.between(1, 3);
  }

  /** How long a lock is kept by another process: mostly not at all. */
  lockedMs(): number {
    return this.#random.chance(0.12) ? this.#random.between(20, 1500) : 0;
  }

  /** How much of `length` is done when a call ends in the middle. */
  share(length: number): number {
    return this.#random.between(0, length);
  }
}
