import type { BreakerCall, BreakerEvent, BreakerSettings } from '../../machines/breaker.ts';
import type { BreakerChange } from '../engine/ports.ts';
import type { Statement } from '../store/statement.ts';
import { changeOf, moveBreaker, newBreaker, refusalInWords, restoreBreaker, storeBreaker, type Breaker } from './breakers.ts';
import { readBreakers, writeBreaker, type Query } from './tool-rows.ts';

/** What reading breakers goes by. */
export interface BreakerReading {
  /** The settings of a tool's breaker; null for a tool that the configuration does not have, whose stored breaker keeps its own. */
  readonly settingsOf: (toolId: string) => BreakerSettings | null;
  /** Hears of a stored breaker that cannot be trusted and is begun anew. */
  readonly onTrouble: (message: string) => void;
}

/** Reads the breakers of some tools, with today's settings. */
export async function loadBreakers(query: Query, toolIds: readonly string[], reading: BreakerReading): Promise<LoadedBreakers> {
  const breakers = new Map<string, Breaker>();
  const replaced = new Set<string>();
  for (const [toolId, stored] of await readBreakers(query, toolIds)) {
    const restored = restoreBreaker(stored, reading.settingsOf(toolId));
    if ('breaker' in restored) breakers.set(toolId, restored.breaker);
    else {
      replaced.add(toolId);
      reading.onTrouble(`the stored breaker of ${toolId} cannot be used, so it is closed: ${restored.problem}`);
    }
  }
  return new LoadedBreakers({ breakers, replaced, reading });
}

/** The breakers of some tools during one change of the tool store; what they have come to is kept by {@link LoadedBreakers.statements}. */
export class LoadedBreakers {
  readonly #loaded: ReadonlyMap<string, Breaker>;
  readonly #replaced: ReadonlySet<string>;
  readonly #settingsOf: BreakerReading['settingsOf'];
  readonly #breakers: Map<string, Breaker>;
  readonly #changes: BreakerChange[] = [];

  /** `replaced`: the tools whose stored breaker cannot be used. */
  constructor(parts: {
    readonly breakers: ReadonlyMap<string, Breaker>;
    readonly replaced: ReadonlySet<string>;
    readonly reading: BreakerReading;
  }) {
    this.#loaded = parts.breakers;
    this.#replaced = parts.replaced;
    this.#settingsOf = parts.reading.settingsOf;
    this.#breakers = new Map(parts.breakers);
    for (const toolId of parts.replaced) this.#begin(toolId);
  }

  /** The breakers that have come to another state, in order. */
  get changes(): readonly BreakerChange[] {
    return this.#changes;
  }

  /** Why the breaker of a tool would not let the call through, in words; null where it would. */
  refusal(toolId: string, call: BreakerCall): string | null {
    // One that is not stored is closed: most are, and making them all takes longer than the rest of a decision.
    const breaker = this.#breakers.get(toolId);
    return breaker === undefined || breaker.can({ type: 'CALL', ...call }) ? null : refusalInWords(breaker);
  }

  /** Tells the breaker of a tool what happened. A tool without one, and one that does not take the event, stays as it is. */
  move(toolId: string, event: BreakerEvent): void {
    const before = this.#breakers.get(toolId) ?? this.#begin(toolId);
    const after = before === null ? null : moveBreaker(before, event);
    if (before === null || after === null) return;
    this.#breakers.set(toolId, after);
    const change = changeOf(before, after);
    if (change !== null) this.#changes.push(change);
  }

  /** Whether the call of a key is a probe of the tool's breaker. */
  isProbe(toolId: string, key: string): boolean {
    return this.#breakers.get(toolId)?.context.probes.some((probe) => probe.key === key) === true;
  }

  /** Keeps what is not stored yet: the breakers that were moved, and those that take the place of one that cannot be used. */
  statements(updatedAt: string): readonly Statement[] {
    return [...this.#breakers].flatMap(([toolId, breaker]) => {
      const loaded = this.#loaded.get(toolId);
      const isKept = loaded === breaker || (loaded !== undefined && isSame(loaded, breaker));
      const isUntouched = loaded === undefined && !this.#replaced.has(toolId) && isNew(breaker);
      return isKept || isUntouched ? [] : [writeBreaker(toolId, storeBreaker(breaker), updatedAt)];
    });
  }

  /** A new breaker for a tool that the configuration has; null for others. */
  #begin(toolId: string): Breaker | null {
    const settings = this.#settingsOf(toolId);
    if (settings === null) return null;
    const breaker = newBreaker(toolId, settings);
    this.#breakers.set(toolId, breaker);
    return breaker;
  }
}

function isSame(before: Breaker, now: Breaker): boolean {
  return storeBreaker(before).snapshot === storeBreaker(now).snapshot;
}

function isNew({ value, context }: Breaker): boolean {
  return value === 'closed' && context.failures === 0;
}
