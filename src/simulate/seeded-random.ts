/**
 * A seeded generator: mulberry32 (one 32-bit word of state, an addition and two multiplications a number; period 2^32, good enough
 * to choose among cases, of no use for secrets). Forks have streams of their own, so that one more choice in one part of a
 * simulation leaves the choices of all other parts as they were.
 */
export class SeededRandom {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let word = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True once in `1 / share` times. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of them, each as likely as the others. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.between(0, items.length - 1)] ?? items[0];
  }

  /** A generator of its own for the part of that name: the same for the same seed, whatever was drawn here. */
  fork(name: string): SeededRandom {
    // FNV-1a over the name, beginning with the seed.
    let hash = Math.imul(this.#seed ^ 0x811c9dc5, 0x01000193) ^ (this.#seed >>> 13);
    for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
    return new SeededRandom(Math.imul(hash ^ (hash >>> 16), 0x85ebca6b));
  }
}
