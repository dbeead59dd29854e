import type { SimulatedTools } from './simulated-tools.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/**
 * A moment in which an engine may crash. `recorded`: a record is on disk, and nothing that follows from it has begun. `underWay`: all that follows
 * from it has begun, and nothing more happens until time goes on.
 */
export interface Moment {
  readonly kind: 'recorded' | 'underWay';
  /** The number of the record, from 1 on. */
  readonly record: number;
  /** Virtual time from the start of the run. */
  readonly atMs: number;
  /** All that outlives the engine, as it was in that moment. */
  readonly world: SimulatedWorld;
  /** The rows of the tools; null where nothing is routed. */
  readonly toolsImage: Uint8Array | null;
}

/** Who wants to know of the moments: the run goes on when it has come back. */
export type MomentWatcher = (moment: Moment) => Promise<void>;

/** Counts the moments of a run and copies them for whoever watches. */
export class Moments {
  /** How many there were. */
  count = 0;
  /** How many records were written. */
  records = 0;
  readonly #world: SimulatedWorld;
  readonly #tools: SimulatedTools | null;
  readonly #watcher: MomentWatcher | null;
  /** Those that the watcher has not seen: it takes its time, and they come in the midst of what the engine does. */
  #unseen: Moment[] = [];
  #seenUnderWay = 0;

  constructor(world: SimulatedWorld, tools: SimulatedTools | null, watcher: MomentWatcher | null) {
    this.#world = world;
    this.#tools = tools;
    this.#watcher = watcher;
  }

  /** A record is on disk. */
  recorded(): void {
    this.records += 1;
    this.#take('recorded');
  }

  /** Nothing can happen until time goes on: a moment, where something was recorded since the last such. */
  async underWay(): Promise<void> {
    if (this.#seenUnderWay === this.records) return;
    this.#seenUnderWay = this.records;
    this.#take('underWay');
    await this.show();
  }

  /** Shows the watcher what it has not seen. */
  async show(): Promise<void> {
    if (this.#watcher === null) return;
    for (const moment of this.#unseen.splice(0)) await this.#watcher(moment);
  }

  #take(kind: Moment['kind']): void {
    this.count += 1;
    if (this.#watcher === null) return;
    const world = this.#world.copy();
    const toolsImage = this.#tools?.image() ?? null;
    this.#unseen.push({ kind, record: this.records, atMs: world.clock.monotonicMs(), world, toolsImage });
  }
}
