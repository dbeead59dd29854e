import type { Slot } from './slots.ts';

/** What is held for one step: slots, and the tools that its call is a probe of. `key` names the step and its call. */
export interface Hold {
  readonly key: string;
  readonly slots: readonly Slot[];
  readonly probes: readonly string[];
}

/** What this process holds for steps. */
export class Holds {
  readonly #held = new Map<string, Hold>();

  /** Holds a slot for a step, beside what is held for it already; `isProbe`: and a probe of its tool. */
  add(key: string, slot: Slot, isProbe: boolean): void {
    const { slots, probes } = this.#held.get(key) ?? { slots: [], probes: [] };
    this.#held.set(key, { key, slots: [...slots, slot], probes: isProbe ? [...probes, slot.toolId] : probes });
  }

  /** Gives what is held for a step to the caller, who frees it. */
  take(key: string): readonly Hold[] {
    const hold = this.#held.get(key);
    this.#held.delete(key);
    return hold === undefined ? [] : [hold];
  }

  /** Gives everything to the caller, who frees it. */
  takeAll(): readonly Hold[] {
    const holds = [...this.#held.values()];
    this.#held.clear();
    return holds;
  }
}

/** Frees the slots of what was held. */
export async function freeSlots(holds: readonly Hold[]): Promise<void> {
  await Promise.all(holds.flatMap(({ slots }) => slots.map((slot) => slot.release())));
}
