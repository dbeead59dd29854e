import { candidatesOf } from '../../router/decide.ts';
import type { BreakerChange, EndedCall, RouteAsk, Routed, RoutePort } from '../../src/engine/ports.ts';
import { dropChange, enterChange, refuteChange, routeChange, settleChange } from '../../src/routing/route-changes.ts';
import type { Slot } from '../../src/routing/slots.ts';
import type { Query } from '../../src/routing/tool-rows.ts';
import type { Change } from '../../src/routing/tool-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import type { Life } from './life.ts';
import { mostAtATime } from './made-tools.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import type { SimulatedTools } from './simulated-tools.ts';
import type { VirtualClock } from '../../src/simulate/virtual-clock.ts';

/** What the port of a life needs of the world. */
export interface RouteWorld {
  readonly made: MadeWorkflow;
  readonly tools: SimulatedTools;
  readonly clock: VirtualClock;
  readonly life: Life;
  /** The rows as the port reads them; a planted bug may give others. */
  readonly query: Query;
  /** Told of every decision with a tool before it is answered, and of every end of a call that is to be counted. */
  readonly onRouted: (ask: RouteAsk, toolId: string) => void;
  readonly onSettled: (call: EndedCall) => void;
}

type StepRef = Pick<RouteAsk, 'runId' | 'stepId'>;

interface Hold {
  readonly slots: readonly Slot[];
  readonly probes: readonly string[];
}

const nothing: Hold = { slots: [], probes: [] };
const pollMs = 500;

/**
 * Picks tools as the port of `src/routing` does, with its own decisions, breakers and rows, for one life of an engine: each change may be its last call, or fail; what the life holds is
 * gone with it.
 */
export class LifeRoutes implements RoutePort {
  readonly #world: RouteWorld;
  readonly #holds = new Map<string, Hold>();
  readonly #taken = new Map<string, number>();
  readonly #sleepers = new Set<() => void>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: RouteWorld) {
    this.#world = world;
  }

  /** The steps that slots are held for, each with the tools. */
  get held(): ReadonlyMap<string, readonly string[]> {
    const held = new Map<string, readonly string[]>();
    for (const [stepId, { slots }] of this.#holds)
      if (slots.length > 0)
        held.set(
          stepId,
          slots.map((slot) => slot.toolId),
        );
    return held;
  }

  route(ask: RouteAsk, signal: AbortSignal): Promise<Routed> {
    return this.#world.life.answer(async () => {
      await this.#free(ask.stepId, this.#takeHold(ask.stepId));
      for (;;) {
        signal.throwIfAborted();
        const routed = await this.#decide(ask);
        if (!routed.decision.waits) {
          if (signal.aborted) await this.#free(ask.stepId, this.#takeHold(ask.stepId));
          signal.throwIfAborted();
          return routed;
        }
        await this.#sleep(signal);
      }
    });
  }

  enter({ stepId }: StepRef, toolId: string, signal: AbortSignal): Promise<void> {
    return this.#world.life.answer(async () => {
      let slot: Slot | null = null;
      while (slot === null) {
        signal.throwIfAborted();
        slot = this.#tryTake(toolId);
        if (slot === null) await this.#sleep(signal);
      }
      const { routing } = this.#world.tools;
      const call = { key: keyOf(stepId), toolId };
      try {
        const isProbe = await this.#change((query, nowMs) => enterChange(query, routing, { ...call, nowMs }));
        this.#hold(stepId, { slots: [slot], probes: isProbe ? [toolId] : [] });
      } catch (error) {
        await slot.release();
        throw error;
      }
    });
  }

  reclaim({ stepId }: StepRef, toolId: string): Promise<void> {
    return this.#world.life.answer(() => {
      this.#world.life.act(this.#world.life.fate(false), () => undefined);
      const slot = this.#tryTake(toolId);
      if (slot !== null) this.#hold(stepId, { slots: [slot], probes: [] });
    });
  }

  settle(call: EndedCall): Promise<readonly BreakerChange[]> {
    const { life, tools, onSettled } = this.#world;
    return life.answer(async () => {
      const { slots, probes } = this.#takeHold(call.stepId);
      try {
        return await this.#change((query, nowMs) => {
          onSettled(call);
          return settleChange(query, tools.routing, { call, key: keyOf(call.stepId), probes, nowMs });
        });
      } finally {
        await freeSlots(slots);
      }
    });
  }

  refute(call: Pick<EndedCall, 'attemptId' | 'toolId'>): Promise<void> {
    return this.#world.life.answer(async () => {
      await this.#change((query, nowMs) => refuteChange(query, call, nowMs));
    });
  }

  release({ stepId }: StepRef): Promise<void> {
    return this.#world.life.answer(() => this.#free(stepId, this.#takeHold(stepId)));
  }

  close(): Promise<void> {
    this.#holds.clear();
    this.#taken.clear();
    return Promise.resolve();
  }

  /** Decides once, and holds what the decision needs. */
  async #decide(ask: RouteAsk): Promise<Routed> {
    const { made, tools, onRouted } = this.#world;
    const { routing } = tools;
    const key = keyOf(ask.stepId);
    const { decision, breakers } = await this.#change(async (query, nowMs) => {
      const candidates = candidatesOf(routing.config, ask.request, null);
      const missing = new Map(made.missing.map((toolId) => [toolId, 'its program is not on this machine']));
      const takeSlot = (toolId: string): Promise<Slot | null> => Promise.resolve(this.#tryTake(toolId));
      const change = await routeChange(query, routing, { ask, key, candidates, missing, takeSlot }, nowMs);
      const { slot, isProbe } = change.answer;
      if (slot === null) return change;
      this.#hold(ask.stepId, { slots: [slot], probes: isProbe ? [slot.toolId] : [] });
      onRouted(ask, slot.toolId);
      return change;
    });
    return { decision, breakers };
  }

  /** One change of what all runs share at a time, as under the lock of the tool store. */
  #change<Answer>(work: (query: Query, nowMs: number) => Promise<Change<Answer>>): Promise<Answer> {
    const { life, tools, query, clock } = this.#world;
    const turn = this.#turn.then(async () => {
      const lockedMs = life.lockedMs();
      if (lockedMs > 0) await life.wait(lockedMs);
      const fate = life.fate(true);
      if (fate === 'diesBefore' || fate === 'diesMiddle') life.die();
      if (fate === 'fails') {
        await life.wait(life.syncMs());
        throw new StoreError('writeFailed', 'the tool store cannot be written', { code: life.trouble.code, advice: '' });
      }
      const { statements, answer } = await work(query, clock.nowMs());
      life.refuseDead();
      tools.apply(statements);
      if (statements.length > 0) await life.wait(life.syncMs());
      if (fate === 'diesAfter') life.die();
      return answer;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #tryTake(toolId: string): Slot | null {
    const { made, tools } = this.#world;
    const taken = this.#taken.get(toolId) ?? 0;
    if (taken + tools.othersOf(toolId) >= mostAtATime(made, toolId)) return null;
    this.#taken.set(toolId, taken + 1);
    let isFree = false;
    const release = (): Promise<void> => {
      if (!isFree) this.#taken.set(toolId, (this.#taken.get(toolId) ?? 0) - 1);
      isFree = true;
      for (const wake of this.#sleepers) wake();
      return Promise.resolve();
    };
    return { toolId, release };
  }

  #hold(stepId: string, { slots, probes }: Hold): void {
    const before = this.#holds.get(stepId) ?? nothing;
    this.#holds.set(stepId, { slots: [...before.slots, ...slots], probes: [...before.probes, ...probes] });
  }

  #takeHold(stepId: string): Hold {
    const hold = this.#holds.get(stepId) ?? nothing;
    this.#holds.delete(stepId);
    return hold;
  }

  async #free(stepId: string, { slots, probes }: Hold): Promise<void> {
    const { routing } = this.#world.tools;
    const dropped = probes.map((toolId) => ({ key: keyOf(stepId), toolId }));
    if (dropped.length > 0) await this.#change((query, nowMs) => dropChange(query, routing, { probes: dropped, nowMs }));
    await freeSlots(slots);
  }

  /** Until a slot of this life is freed, or it is time to look again whether another run has freed one. */
  #sleep(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        takeBack();
        this.#sleepers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const takeBack = this.#world.life.schedule(pollMs, wake);
      this.#sleepers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

function keyOf(stepId: string): string {
  return `run/${stepId}`;
}

async function freeSlots(slots: readonly Slot[]): Promise<void> {
  for (const slot of slots) await slot.release();
}
