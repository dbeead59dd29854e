import { breakerSettingsOf, limitsOf } from '../../router/queries.ts';
import { candidatesOf } from '../../router/decide.ts';
import type { PhaseTools } from '../../router/conditions.ts';
import type { RouterConfig } from '../../schemas/router-config.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import { invariant } from '../errors.ts';
import type { BreakerChange, Clock, EndedCall, RouteAsk, Routed, RoutePort } from '../engine/ports.ts';
import type { StoreLayout } from '../store/layout.ts';
import { freeSlots, Holds, type Hold } from './holds.ts';
import { findMissingPrograms, type FindMissing } from './installed.ts';
import {
  dropChange,
  enterChange,
  refuteChange,
  routeChange,
  settleChange,
  type RoutedCall,
  type Routing,
} from './route-changes.ts';
import { ToolSlots, type Slot } from './slots.ts';
import { ToolStore } from './tool-store.ts';

/** What a port routes by. */
export interface RouteWorld {
  readonly layout: StoreLayout;
  readonly config: RouterConfig;
  /** Absolute: from where a command with a slash is meant. */
  readonly configFolder: string;
  /** Null where there is no phase. */
  readonly phaseTools: PhaseTools | null;
  readonly clock: Clock;
  /** In the place of looking for the tools' programs on this machine. */
  readonly findMissing?: FindMissing;
  /** Hears of what was lost without harm to the run: a stored breaker that cannot be used and is begun anew. */
  readonly onTrouble?: (message: string) => void;
}

/** The step that something is held for. */
interface StepRef {
  readonly runId: string;
  readonly stepId: string;
}

/** While every tool is busy the decision is made anew so often: a breaker may have recovered meanwhile, a program been installed. */
const longestWaitMs = 30_000;

/**
 * The port of a session that routes by one configuration, with what all runs of the store share on disk under `.stateyard/tools` and slots that the
 * kernel frees. Nothing is read or written before the first call. Calls reject with the StoreError of a tool store that cannot be read or written: nothing is
 * held then that was not held before.
 */
export function createRoutePort(world: RouteWorld): RoutePort {
  return new StoredRoutes(world);
}

class StoredRoutes implements RoutePort {
  readonly #routing: Routing;
  readonly #clock: Clock;
  readonly #store: ToolStore;
  readonly #slots: ToolSlots;
  readonly #findMissing: FindMissing;
  readonly #holds = new Holds();
  readonly #closing = new AbortController();
  readonly #pending = new Set<Promise<unknown>>();

  constructor({ layout, config, configFolder, phaseTools, clock, findMissing, onTrouble }: RouteWorld) {
    const settingsOf = (toolId: string) => breakerSettingsOf(config, toolId);
    this.#routing = { config, phaseTools, settingsOf, onTrouble: onTrouble ?? (() => undefined) };
    this.#clock = clock;
    this.#store = new ToolStore(layout);
    this.#slots = new ToolSlots({ layout, clock, maxParallel: (toolId) => limitsOf(config, toolId)?.maxParallel ?? null });
    this.#findMissing = findMissing ?? findMissingPrograms(config, configFolder);
  }

  route(ask: RouteAsk, signal: AbortSignal): Promise<Routed> {
    return this.#track(this.#route(ask, AbortSignal.any([signal, this.#closing.signal])));
  }

  enter(step: StepRef, toolId: string, signal: AbortSignal): Promise<void> {
    return this.#track(this.#enter(step, toolId, AbortSignal.any([signal, this.#closing.signal])));
  }

  reclaim(step: StepRef, toolId: string): Promise<void> {
    return this.#track(this.#reclaim(step, toolId));
  }

  settle(call: EndedCall): Promise<readonly BreakerChange[]> {
    return this.#track(this.#settle(call));
  }

  refute(call: Pick<EndedCall, 'attemptId' | 'toolId'>): Promise<void> {
    return this.#track(this.#store.change((query) => refuteChange(query, call, this.#clock.nowMs())).then(() => undefined));
  }

  release(step: StepRef): Promise<void> {
    return this.#track(this.#free(this.#holds.take(keyOf(step))));
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the session is over'));
    await Promise.allSettled(this.#pending);
    try {
      await this.#free(this.#holds.takeAll());
    } finally {
      await this.#store.close();
    }
  }

  async #route(ask: RouteAsk, signal: AbortSignal): Promise<Routed> {
    const key = keyOf(ask);
    const ticket = this.#slots.ticket();
    const candidates = candidatesOf(this.#routing.config, ask.request, this.#routing.phaseTools);
    // The attempt before is over: what is still held for it would be waited for here, perhaps for ever.
    await this.#free(this.#holds.take(key));
    let offered: Slot | null = null;
    for (;;) {
      signal.throwIfAborted();
      const { decision, slot, isProbe, breakers } = await this.#decide(ask, { key, candidates, ticket, offered });
      if (!decision.waits) {
        if (slot !== null) this.#holds.add(key, slot, isProbe);
        if (signal.aborted) await this.release(ask);
        signal.throwIfAborted();
        return { decision, breakers };
      }
      offered = await this.#slots.waitForAny(busyTools(decision), { ticket, atMostMs: longestWaitMs, signal });
    }
  }

  /** Decides once. A slot that was waited for is used or freed. */
  async #decide(
    ask: RouteAsk,
    { key, candidates, ticket, offered }: { key: string; candidates: readonly string[]; ticket: number; offered: Slot | null },
  ): Promise<RoutedCall> {
    const taken = new Set<Slot>(offered === null ? [] : [offered]);
    const takeSlot = async (toolId: string): Promise<Slot | null> => {
      const slot = offered?.toolId === toolId ? offered : await this.#slots.tryTake(toolId, ticket);
      if (slot !== null) taken.add(slot);
      return slot;
    };
    try {
      const routee = { ask, key, candidates, missing: this.#findMissing(candidates), takeSlot };
      const routed = await this.#store.change((query) => routeChange(query, this.#routing, routee, this.#clock.nowMs()));
      if (routed.slot !== null) taken.delete(routed.slot);
      return routed;
    } finally {
      for (const slot of taken) await slot.release();
    }
  }

  async #enter(step: StepRef, toolId: string, signal: AbortSignal): Promise<void> {
    const key = keyOf(step);
    const ticket = this.#slots.ticket();
    const slot = await this.#slots.waitForAny([toolId], { ticket, atMostMs: Number.POSITIVE_INFINITY, signal });
    invariant(slot !== null, 'a wait without an end ends with a slot');
    try {
      const call = { key, toolId, nowMs: this.#clock.nowMs() };
      const isProbe = await this.#store.change((query) => enterChange(query, this.#routing, call));
      this.#holds.add(key, slot, isProbe);
    } catch (error) {
      await slot.release();
      throw error;
    }
  }

  async #reclaim(step: StepRef, toolId: string): Promise<void> {
    // Ticket 0: the call goes on already, whoever waits.
    const slot = await this.#slots.tryTake(toolId, 0);
    if (slot !== null) this.#holds.add(keyOf(step), slot, false);
  }

  async #settle(call: EndedCall): Promise<readonly BreakerChange[]> {
    const key = keyOf(call);
    const holds = this.#holds.take(key);
    const probes = holds.flatMap((hold) => hold.probes);
    try {
      const ended = { call, key, probes, nowMs: this.#clock.nowMs() };
      return await this.#store.change((query) => settleChange(query, this.#routing, ended));
    } finally {
      await freeSlots(holds);
    }
  }

  async #free(holds: readonly Hold[]): Promise<void> {
    const probes = holds.flatMap(({ key, probes }) => probes.map((toolId) => ({ key, toolId })));
    try {
      if (probes.length === 0) return;
      const dropped = { probes, nowMs: this.#clock.nowMs() };
      await this.#store.change((query) => dropChange(query, this.#routing, dropped));
    } finally {
      await freeSlots(holds);
    }
  }

  /** Lets {@link close} wait for what is under way. */
  #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#pending.add(work);
    const forget = (): boolean => this.#pending.delete(work);
    work.then(forget, forget);
    return work;
  }
}

function keyOf({ runId, stepId }: StepRef): string {
  return `${runId}/${stepId}`;
}

function busyTools({ cut }: RouteDecision): readonly string[] {
  return cut.filter(({ why }) => why === 'at_max_parallel').map(({ tool_id }) => tool_id);
}
