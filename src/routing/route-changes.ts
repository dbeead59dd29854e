import type { PhaseTools } from '../../router/conditions.ts';
import { decide, turnKeyOf } from '../../router/decide.ts';
import { limitsOf } from '../../router/queries.ts';
import { nextTurn } from '../../router/strategies/round-robin.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import type { RouterConfig } from '../../schemas/router-config.ts';
import type { BreakerChange, EndedCall, RouteAsk } from '../engine/ports.ts';
import { loadBreakers, type BreakerReading } from './loaded-breakers.ts';
import type { Slot } from './slots.ts';
import { readFigures, readTurn, readVerdict, writeCall, writeRefuted, writeTurn, type Query } from './tool-rows.ts';
import type { Change } from './tool-store.ts';

/* What happens to the tool store when a step is routed, when a call begins, ends, is refuted or comes to nothing: each one change under the lock. */

/** What a decision is made from beside what the tool store knows. */
export interface Routing extends BreakerReading {
  readonly config: RouterConfig;
  readonly phaseTools: PhaseTools | null;
}

/** A step that is routed. */
export interface Routee {
  readonly ask: RouteAsk;
  /** The name of its call for breakers. */
  readonly key: string;
  /** The tools that may be picked, whatever the moment. */
  readonly candidates: readonly string[];
  /** By tool, why its program cannot be started. */
  readonly missing: ReadonlyMap<string, string>;
  /** A slot of the tool if one is free; it is the step's from then on. */
  readonly takeSlot: (toolId: string) => Promise<Slot | null>;
}

/** A decision, the slot of its tool (null without a tool), and whether the call is a probe of its breaker. */
export interface RoutedCall {
  readonly decision: RouteDecision;
  readonly slot: Slot | null;
  readonly isProbe: boolean;
  readonly breakers: readonly BreakerChange[];
}

/** How long a call whose end nobody tells counts as a probe of its breaker: as long as its tool may take, else an hour. */
const usualProbeMs = 3_600_000;

/** Decides until a tool is found that has a slot free, or none is left that is not busy. */
export async function routeChange(query: Query, routing: Routing, routee: Routee, nowMs: number): Promise<Change<RoutedCall>> {
  const { config, phaseTools } = routing;
  const { ask, key, candidates } = routee;
  const breakers = await loadBreakers(query, candidates, routing);
  const turnKey = turnKeyOf(config, ask.request);
  const full = new Map<string, string>();
  const open = new Map(
    candidates.flatMap((toolId) => {
      const why = breakers.refusal(toolId, callOf(config, { key, toolId, nowMs }));
      return why === null ? [] : [[toolId, why]];
    }),
  );
  const { spent, current, seed } = ask;
  const conditions = {
    spent,
    current,
    seed,
    missing: routee.missing,
    open,
    full,
    turn: await readTurn(query, turnKey),
    figures: {},
  };
  const figures = await figuresFor(query, decide(config, ask.request, phaseTools, conditions), candidates);
  for (;;) {
    const decision = decide(config, ask.request, phaseTools, { ...conditions, figures });
    const toolId = decision.tool_id;
    if (toolId === null) return { statements: [], answer: { decision, slot: null, isProbe: false, breakers: [] } };
    const slot = await routee.takeSlot(toolId);
    if (slot === null) {
      const most = limitsOf(config, toolId)?.maxParallel ?? 0;
      full.set(toolId, most === 1 ? 'its slot is taken' : `its ${most} slots are taken`);
      continue;
    }
    breakers.move(toolId, { type: 'CALL', ...callOf(config, { key, toolId, nowMs }) });
    const turn = nextTurn(decision);
    return {
      statements: [...breakers.statements(isoOf(nowMs)), ...(turn === null ? [] : [writeTurn(turnKey, turn)])],
      answer: { decision, slot, isProbe: breakers.isProbe(toolId, key), breakers: breakers.changes },
    };
  }
}

/** What only `auto` goes by; which strategy it is hangs on configuration and request alone, so that any decision of theirs tells it. */
function figuresFor(query: Query, { strategy }: RouteDecision, candidates: readonly string[]): ReturnType<typeof readFigures> {
  return strategy === 'auto' ? readFigures(query, candidates) : Promise.resolve({});
}

/** Lets a call of a given tool begin: a probe where its breaker waits for one. The answer says whether it is; it is made in any case. */
export async function enterChange(query: Query, routing: Routing, { key, toolId, nowMs }: Call): Promise<Change<boolean>> {
  const breakers = await loadBreakers(query, [toolId], routing);
  breakers.move(toolId, { type: 'CALL', ...callOf(routing.config, { key, toolId, nowMs }) });
  return { statements: breakers.statements(isoOf(nowMs)), answer: breakers.isProbe(toolId, key) };
}

/** Records the end of a call, unless it is recorded already, and drops the other probes of its step. */
export async function settleChange(
  query: Query,
  routing: Routing,
  {
    call,
    key,
    probes,
    nowMs,
  }: { readonly call: EndedCall; readonly key: string; readonly probes: readonly string[]; readonly nowMs: number },
): Promise<Change<readonly BreakerChange[]>> {
  const { toolId, verdict, endedAtMs } = call;
  const isKnown = (await readVerdict(query, call.attemptId)) !== null;
  const breakers = await loadBreakers(query, [...new Set([toolId, ...probes])], routing);
  if (!isKnown && verdict !== 'none')
    breakers.move(toolId, { type: verdict === 'succeeded' ? 'SUCCEEDED' : 'FAILED', key, nowMs: endedAtMs });
  // The end of a call that is known already says nothing of a probe that its step has begun since.
  for (const probed of isKnown ? probes : [toolId, ...probes]) breakers.move(probed, { type: 'DROPPED', key });
  const statements = breakers.statements(isoOf(nowMs));
  return {
    statements: isKnown ? statements : [...writeCall(call, isoOf(nowMs)), ...statements],
    answer: breakers.changes,
  };
}

/** Counts a call that is recorded as succeeded as failed; any other stays as it is. */
export async function refuteChange(
  query: Query,
  { attemptId, toolId }: Pick<EndedCall, 'attemptId' | 'toolId'>,
  nowMs: number,
): Promise<Change<null>> {
  const succeeded = (await readVerdict(query, attemptId)) === 'succeeded';
  return { statements: succeeded ? writeRefuted(attemptId, toolId, isoOf(nowMs)) : [], answer: null };
}

/** Frees probes whose calls did not come about. */
export async function dropChange(
  query: Query,
  routing: Routing,
  { probes, nowMs }: { readonly probes: readonly Pick<Call, 'key' | 'toolId'>[]; readonly nowMs: number },
): Promise<Change<null>> {
  const breakers = await loadBreakers(query, [...new Set(probes.map(({ toolId }) => toolId))], routing);
  for (const { key, toolId } of probes) breakers.move(toolId, { type: 'DROPPED', key });
  return { statements: breakers.statements(isoOf(nowMs)), answer: null };
}

interface Call {
  readonly key: string;
  readonly toolId: string;
  readonly nowMs: number;
}

function callOf(config: RouterConfig, { key, toolId, nowMs }: Call): { key: string; nowMs: number; expiresAtMs: number } {
  const seconds = limitsOf(config, toolId)?.timeoutSeconds ?? null;
  return { key, nowMs, expiresAtMs: nowMs + (seconds === null ? usualProbeMs : seconds * 1_000) };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
