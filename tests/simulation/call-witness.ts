import { decideAgain } from '../../router/recompute.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import type { EndedCall, RouteAsk } from '../../src/engine/ports.ts';
import type { RunEventRow } from '../../src/engine/run-event.ts';
import { checksOf, configOf, isTask, whyNotTool } from './made-tools.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import { attemptsOf, checksHold, isCounted, meaning } from './recorded-calls.ts';
import type { SimulatedTools } from './simulated-tools.ts';
import type { RecordedAttempt, SyncedFacts } from './synced-facts.ts';
import type { VirtualClock } from '../../src/simulate/virtual-clock.ts';

/** What a witness of calls needs to know. */
export interface CallWorld {
  readonly made: MadeWorkflow;
  readonly facts: SyncedFacts;
  readonly clock: VirtualClock;
  /** Null where no tool is picked. */
  readonly tools: SimulatedTools | null;
  /** The steps that its router holds slots for, each with the tools. */
  readonly held: () => ReadonlyMap<string, readonly string[]>;
  readonly broken: (text: string) => void;
}

/** What the ends of a call that were counted came to: the least and the most of minutes and US dollars. */
export interface CountedCall {
  readonly toolId: string;
  readonly minutes: readonly [least: number, most: number];
  readonly cost: readonly [least: number, most: number];
}

/** Holds the calls of tools that a router has picked, and the checks of what steps did, against configuration and history. */
export class CallWitness {
  readonly #world: CallWorld;
  /** Each end of a call of a task that the shared rows were told of, by attempt id. */
  readonly counted = new Map<string, CountedCall>();
  /** Each time a tool was given to a step: step, how many attempts it had, tool. */
  readonly given = new Map<string, string>();
  /** How far the bounds of a budget were raised, as an opening has found it. */
  readonly allowed = new Map<string, number>();
  /** When the steps were said to have ended, by the monotonic clock. */
  readonly #endedMs = new Map<string, number>();

  constructor(world: CallWorld) {
    this.#world = world;
  }

  /** What is counted of this run, and the tools whose figures do not add up. */
  figures(): ReturnType<SimulatedTools['figures']> {
    return this.#world.tools?.figures() ?? { attemptIds: [], wrong: [] };
  }

  /** A tool is about to be given to a step. */
  routed({ stepId, spent }: RouteAsk, toolId: string): void {
    const { made, tools, clock, broken, facts } = this.#world;
    const why = whyNotTool(made, stepId, toolId) ?? (made.missing.includes(toolId) ? 'its program is not there' : null);
    if (why !== null) broken(`${stepId} is given ${toolId}, although ${why}`);
    if (spent.includes(toolId)) broken(`${stepId} is given ${toolId}, whose attempts are used up`);
    if (tools?.isOpen(toolId, clock.nowMs()) === true) broken(`${stepId} is given ${toolId}, whose breaker is open`);
    const before = attemptsOf(facts, stepId).length;
    this.given.set(`${stepId}.${String(before + 1)} ${toolId}`, toolId);
  }

  /** The end of a call is about to be counted. */
  settled({ attemptId, toolId, durationMs, costUsd }: EndedCall): void {
    const [minutes, cost] = [durationMs / 60_000, costUsd ?? 0];
    const before = this.counted.get(attemptId) ?? { minutes: [minutes, minutes], cost: [cost, cost] };
    this.counted.set(attemptId, {
      toolId,
      minutes: [Math.min(minutes, before.minutes[0]), Math.max(minutes, before.minutes[1])],
      cost: [Math.min(cost, before.cost[0]), Math.max(cost, before.cost[1])],
    });
  }

  /** An event is told; the facts are up to date. */
  told({ kind, payload, step_attempt_id: attemptId }: RunEventRow): void {
    const { made, facts } = this.#world;
    const stepId = String(payload['step_id']);
    if (kind === 'route_decided')
      this.#toldDecision(stepId, payload as unknown as { request_id: string; decision: RouteDecision });
    if (kind === 'step_state_changed') this.#judgeHeld(stepId, String(payload['to']));
    if (kind === 'step_state_changed') this.#toldState(stepId, String(payload['to']), payload['reason'] as Outcome | undefined);
    if ((kind !== 'tool_call_completed' && kind !== 'tool_call_error') || attemptId === null) return;
    const recorded = facts.attempts.get(attemptId);
    if (recorded === undefined) return;
    if (isCounted(made, recorded)) this.#toldCounted(recorded);
    if (recorded.check !== null && isTask(made, stepId)) this.#toldCheck(recorded);
  }

  /** An engine has nothing left to do; everything is synced. */
  engineEnds(state: string): void {
    const { held, letGo } = this.#world.facts;
    if (held.size > 0 && state !== 'paused') this.#world.broken(`${[...held].join()} is held, and the engine ends: ${state}`);
    if (letGo.size > 0) this.#world.broken(`${[...letGo].join()} was held, and does not go on`);
  }

  #toldDecision(stepId: string, { request_id: requestId, decision }: { request_id: string; decision: RouteDecision }): void {
    const { made, facts, broken } = this.#world;
    const request = facts.requests.get(requestId);
    const config = configOf(made);
    if (request === undefined || config === null) return broken(`a decision for ${stepId} is told without its request`);
    const other = decideAgain(config, request, null, decision);
    if (other !== null) broken(`a decision for ${stepId} comes out otherwise when it is made again: ${other}`);
  }

  /** Nothing is held for a step that calls nobody; a step that was stopped while it was routed may need a moment. */
  #judgeHeld(stepId: string, to: string): void {
    const { clock, held, broken } = this.#world;
    const nowMs = clock.monotonicMs();
    if (/^(succeeded|failed|canceled)$/.test(to)) this.#endedMs.set(stepId, nowMs);
    for (const [id, tools] of held()) {
      const isWaiting = id === stepId && (to === 'backoff' || to === 'held');
      const sinceMs = nowMs - (this.#endedMs.get(id) ?? nowMs);
      if (isWaiting || sinceMs > momentMs) broken(`${id} holds a slot of ${tools.join()}, and calls nobody`);
    }
  }

  #toldState(stepId: string, to: string, reason: Outcome | undefined): void {
    const { made, facts, broken } = this.#world;
    const last = attemptsOf(facts, stepId).at(-1);
    if (to === 'succeeded' && last !== undefined) {
      const { failed, missing } = checksHold(facts, made, last);
      if (failed) broken(`${stepId} is said to have succeeded although a check has failed`);
      if (missing) broken(`${stepId} is said to have succeeded although a check was not made`);
    }
    if (to !== 'failed' || reason?.kind !== 'verificationFailed') return;
    const check = checksOf(made, stepId).find(({ id }) => id === reason.check);
    if (check?.required !== true) broken(`${stepId} is said to have failed for a check that is not required`);
  }

  /** A call that has ended is counted, as what it was. */
  #toldCounted({ attemptId, stepId, attempt, check, outcome }: RecordedAttempt): void {
    const { tools, broken } = this.#world;
    const name = `${stepId}.${String(attempt)}${check === null ? '' : ` (${check})`}`;
    const verdict = tools?.verdictOf(attemptId) ?? null;
    if (verdict === null) broken(`${name} is said to have ended and was not counted`);
    const expected = outcome === null ? null : (verdicts[meaning({ outcome }) ?? outcome.kind] ?? null);
    if (expected !== null && verdict !== expected) broken(`${name} has ${expected}, and is counted as ${String(verdict)}`);
  }

  /** The figures of a tool do not believe it when a check has found otherwise. */
  #toldCheck({ stepId, attempt, check, outcome }: RecordedAttempt): void {
    const { facts, made, tools, broken } = this.#world;
    const isRequired = checksOf(made, stepId).find(({ id }) => id === check)?.required === true;
    if (!isRequired || outcome?.kind !== 'verificationFailed') return;
    const checked = attemptsOf(facts, stepId).find((each) => each.attempt === attempt);
    if (checked !== undefined && tools?.verdictOf(checked.attemptId) === 'succeeded')
      broken(`${stepId}.${String(attempt)} is counted as succeeded although the check ${String(check)} has failed`);
  }
}

const momentMs = 700;

/** How the ends of calls are counted that leave no doubt; where power was lost, others may have been counted before their end was lost. */
const verdicts: Readonly<Record<string, string>> = {
  succeeded: 'succeeded',
  never_retry: 'succeeded',
  exitNonZero: 'failed',
  try_another: 'failed',
  retry: 'failed',
  spawnFailed: 'failed',
  verificationFailed: 'failed',
};
