import { candidatesOf } from '../../router/decide.ts';
import { limitsOf } from '../../router/queries.ts';
import type { BreakerChange, Clock, EndedCall, RouteAsk, Routed, RoutePort } from '../engine/ports.ts';
import { freeSlots, Holds, type Hold } from '../routing/holds.ts';
import { dropChange, enterChange, refuteChange, routeChange, settleChange } from '../routing/route-changes.ts';
import type { Slot } from '../routing/slots.ts';
import type { Change } from '../routing/tool-store.ts';
import type { Life } from './life.ts';
import type { SimulatedTools } from './simulated-tools.ts';

/** What the port goes by. */
export interface RoutesWorld {
  readonly tools: SimulatedTools;
  readonly clock: Clock;
  readonly life: Life;
  /** The draw for the next attempt of a step, a whole number from 0 to 2 ** 32 - 1: the same before and after a crash. */
  readonly drawOf: (stepId: string) => number;
}

type StepRef = Pick<RouteAsk, 'runId' | 'stepId'>;

/** While every tool is busy the decision is made anew so often: a breaker may have recovered meanwhile. */
const longestWaitMs = 30_000;

/**
 * Picks tools with the decisions, breakers and rows of `src/routing`, for one engine; every tool of the configuration counts as installed. What
 * the engine holds is gone with it.
 */
export class SimulatedRoutes implements RoutePort {
  readonly #world: RoutesWorld;
  readonly #holds = new Holds();
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: RoutesWorld) {
    this.#world = world;
  }

  route(ask: RouteAsk, signal: AbortSignal): Promise<Routed> {
    return this.#world.life.answer(async () => {
      await this.#free(this.#holds.take(keyOf(ask)));
      for (;;) {
        signal.throwIfAborted();
        const routed = await this.#decide({ ...ask, seed: this.#world.drawOf(ask.stepId) });
        if (!routed.decision.waits) {
          if (signal.aborted) await this.#free(this.#holds.take(keyOf(ask)));
          signal.throwIfAborted();
          return routed;
        }
        await this.#wait(signal);
      }
    });
  }

  enter(step: StepRef, toolId: string, signal: AbortSignal): Promise<void> {
    return this.#world.life.answer(async () => {
      let slot = this.#tryTake(toolId);
      for (; slot === null; slot = this.#tryTake(toolId)) {
        await this.#wait(signal);
        signal.throwIfAborted();
      }
      const call = { key: keyOf(step), toolId };
      const isProbe = await this.#change((nowMs, { query, routing }) => enterChange(query, routing, { ...call, nowMs }));
      this.#holds.add(call.key, slot, isProbe);
    });
  }

  reclaim(step: StepRef, toolId: string): Promise<void> {
    return this.#world.life.answer(() => {
      const slot = this.#tryTake(toolId);
      if (slot !== null) this.#holds.add(keyOf(step), slot, false);
    });
  }

  settle(call: EndedCall): Promise<readonly BreakerChange[]> {
    return this.#world.life.answer(async () => {
      const key = keyOf(call);
      const holds = this.#holds.take(key);
      const probes = holds.flatMap((hold) => hold.probes);
      const settled = await this.#change((nowMs, { query, routing }) =>
        settleChange(query, routing, { call, key, probes, nowMs }),
      );
      await freeSlots(holds);
      return settled;
    });
  }

  refute(call: Pick<EndedCall, 'attemptId' | 'toolId'>): Promise<void> {
    return this.#world.life.answer(async () => {
      await this.#change((nowMs, { query }) => refuteChange(query, call, nowMs));
    });
  }

  release(step: StepRef): Promise<void> {
    return this.#world.life.answer(() => this.#free(this.#holds.take(keyOf(step))));
  }

  close(): Promise<void> {
    this.#holds.takeAll();
    return Promise.resolve();
  }

  /** Decides once, and holds what the decision needs. */
  async #decide(ask: RouteAsk): Promise<Routed> {
    const key = keyOf(ask);
    const { decision, slot, isProbe, breakers } = await this.#change((nowMs, { query, routing }) => {
      const candidates = candidatesOf(routing.config, ask.request, routing.phaseTools);
      const takeSlot = async (toolId: string): Promise<Slot | null> => this.#tryTake(toolId);
      return routeChange(query, routing, { ask, key, candidates, missing: new Map(), takeSlot }, nowMs);
    });
    if (slot !== null) this.#holds.add(key, slot, isProbe);
    return { decision, breakers };
  }

  /** One change at a time, as under the lock of the tool store. */
  #change<Answer>(work: (nowMs: number, tools: SimulatedTools) => Promise<Change<Answer>>): Promise<Answer> {
    const { tools, clock, life } = this.#world;
    const turn = this.#turn.then(async () => {
      const { statements, answer } = await work(clock.nowMs(), tools);
      if (!life.isOver) tools.apply(statements);
      return answer;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #tryTake(toolId: string): Slot | null {
    const taken = this.#taken.get(toolId) ?? 0;
    const { config } = this.#world.tools.routing;
    if (taken >= (limitsOf(config, toolId)?.maxParallel ?? Number.POSITIVE_INFINITY)) return null;
    this.#taken.set(toolId, taken + 1);
    let isFree = false;
    const release = async (): Promise<void> => {
      if (isFree) return;
      isFree = true;
      this.#taken.set(toolId, (this.#taken.get(toolId) ?? 0) - 1);
      for (const wake of this.#waiting) wake();
    };
    return { toolId, release };
  }

  async #free(holds: readonly Hold[]): Promise<void> {
    const probes = holds.flatMap(({ key, probes }) => probes.map((toolId) => ({ key, toolId })));
    if (probes.length > 0) await this.#change((nowMs, { query, routing }) => dropChange(query, routing, { probes, nowMs }));
    await freeSlots(holds);
  }

  /** Until a slot is freed, the wait is aborted, or it is time to decide anew. */
  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        takeBack();
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const takeBack = this.#world.clock.schedule(longestWaitMs, wake);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

function keyOf({ runId, stepId }: StepRef): string {
  return `${runId}/${stepId}`;
}
