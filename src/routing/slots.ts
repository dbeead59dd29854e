import type { Clock } from '../engine/ports.ts';
import type { StoreLayout } from '../store/layout.ts';
import { acquireOwnerLock } from '../store/owner-lock.ts';
import { releaseLock } from '../store/folder-lock.ts';
import { inFolder, slotFolder } from './tools-folder.ts';

/** The right to one call of a tool at a time. Ends with the process at the latest. */
export interface Slot {
  readonly toolId: string;
  /** Frees it for the next one; again, it does nothing. */
  release(): Promise<void>;
}

/** What slots need to know of the world. */
export interface SlotWorld {
  readonly layout: StoreLayout;
  readonly clock: Clock;
  /** How many calls of a tool may be under way at a time; null: any number, and then its slots are free for all. */
  readonly maxParallel: (toolId: string) => number | null;
}

/** Someone who waits for any of some tools. Of two who wait for the same one the lower ticket goes first. */
interface Waiter {
  readonly ticket: number;
  readonly toolIds: readonly string[];
  /** A slot may have become free since it last looked. */
  isWoken: boolean;
  /** Ends its sleep; null while it does not sleep. */
  endSleep: (() => void) | null;
}

const shortestPollMs = 20;
const longestPollMs = 500;

/**
 * The slots of tools over all processes that use a store: slot 1 to `max_parallel` of a tool is the lock of a folder, which the kernel frees with its
 * process. Nothing tells one process of another's release, so who waits asks again and again; a release in this process wakes its next waiter at
 * once. Within this process it is first come, first served.
 */
export class ToolSlots {
  readonly #world: SlotWorld;
  readonly #held = new Map<string, Set<number>>();
  #waiting: readonly Waiter[] = [];
  #lastTicket = 0;

  constructor(world: SlotWorld) {
    this.#world = world;
  }

  /** A place in the queue of this process. Who asks several times for the same call asks with the same ticket. */
  ticket(): number {
    this.#lastTicket += 1;
    return this.#lastTicket;
  }

  /** A slot of the tool if one is free and nobody in this process who came earlier waits for it; else null. Rejects with an error of the disk. */
  tryTake(toolId: string, ticket: number): Promise<Slot | null> {
    const isAhead = (other: Waiter): boolean => other.ticket < ticket && other.toolIds.includes(toolId);
    return this.#waiting.some(isAhead) ? Promise.resolve(null) : this.#take(toolId);
  }

  /** Waits for a slot of any of the tools; null when none has become free within `atMostMs`. Rejects with the signal's reason when it is aborted. */
  async waitForAny(
    toolIds: readonly string[],
    { ticket, atMostMs, signal }: { readonly ticket: number; readonly atMostMs: number; readonly signal: AbortSignal },
  ): Promise<Slot | null> {
    const waiter: Waiter = { ticket, toolIds, isWoken: false, endSleep: null };
    this.#waiting = [...this.#waiting, waiter].toSorted((a, b) => a.ticket - b.ticket);
    const { clock } = this.#world;
    const end = clock.monotonicMs() + atMostMs;
    try {
      for (let pollMs = shortestPollMs; ; pollMs = Math.min(pollMs * 2, longestPollMs)) {
        signal.throwIfAborted();
        waiter.isWoken = false;
        const slot = await this.#takeFirst(toolIds, ticket);
        if (slot !== null) return await orRelease(slot, signal);
        const leftMs = end - clock.monotonicMs();
        if (leftMs <= 0) return null;
        // Uneven, so that processes that wait together do not ask together.
        await this.#sleep(waiter, Math.min(leftMs, pollMs * (0.5 + Math.random())), signal);
      }
    } finally {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      // Whoever stood behind may be the first now.
      for (const other of this.#waiting) if (other.toolIds.some((toolId) => toolIds.includes(toolId))) wake(other);
    }
  }

  async #takeFirst(toolIds: readonly string[], ticket: number): Promise<Slot | null> {
    for (const toolId of toolIds) {
      const slot = await this.tryTake(toolId, ticket);
      if (slot !== null) return slot;
    }
    return null;
  }

  async #take(toolId: string): Promise<Slot | null> {
    const most = this.#world.maxParallel(toolId);
    if (most === null) return { toolId, release: () => Promise.resolve() };
    const held = this.#held.get(toolId) ?? new Set();
    this.#held.set(toolId, held);
    for (let number = 1; number <= most; number += 1) {
      if (held.has(number)) continue;
      // Before the first await: two who ask in one turn must not both try it.
      held.add(number);
      const slot = await this.#lockSlot(toolId, number).catch((error: unknown) => {
        held.delete(number);
        throw error;
      });
      if (slot !== null) return slot;
      held.delete(number);
    }
    return null;
  }

  async #lockSlot(toolId: string, number: number): Promise<Slot | null> {
    const { layout } = this.#world;
    const lock = await inFolder(layout, slotFolder(layout, toolId, number), acquireOwnerLock);
    if (lock === null) return null;
    let released: Promise<void> | null = null;
    const release = async (): Promise<void> => {
      try {
        await releaseLock(lock);
      } finally {
        this.#held.get(toolId)?.delete(number);
        const next = this.#waiting.find(({ toolIds }) => toolIds.includes(toolId));
        if (next !== undefined) wake(next);
      }
    };
    return { toolId, release: () => (released ??= release()) };
  }

  #sleep(waiter: Waiter, delayMs: number, signal: AbortSignal): Promise<void> {
    if (waiter.isWoken || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        takeBack();
        signal.removeEventListener('abort', finish);
        waiter.endSleep = null;
        resolve();
      };
      const takeBack = this.#world.clock.schedule(delayMs, finish);
      signal.addEventListener('abort', finish);
      waiter.endSleep = finish;
    });
  }
}

function wake(waiter: Waiter): void {
  waiter.isWoken = true;
  waiter.endSleep?.();
}

async function orRelease(slot: Slot, signal: AbortSignal): Promise<Slot> {
  if (signal.aborted) await slot.release();
  signal.throwIfAborted();
  return slot;
}
