import type { Outcome } from '../schemas/outcome.ts';
import type { RouteDecision } from '../schemas/route-decision.ts';
import type { Retry } from './retry.ts';

/* What a step is told, keeps and says: the data of the chart in step.ts. */

/** What the run gives to a step when it dispatches it. Times are milliseconds since 1970, durations milliseconds. */
export interface StepInput {
  readonly stepId: string;
  /** The tool of a step that names its tool itself; null for one whose tool a router picks. */
  readonly toolId: string | null;
  readonly nowMs: number;
  readonly attemptTimeoutMs: number | null;
  readonly stepTimeoutMs: number | null;
  readonly retry: Retry;
  readonly declaresOutputs: boolean;
  readonly onInterrupted: 'rerun' | 'fail';
  /** A failure of this step does not fail the run. */
  readonly continueOnError: boolean;
  /** For a step that is a person's approval: how long to wait for the answer, and what counts when none comes. */
  readonly approval: Approval | null;
  /** What is checked when the tool has said that it succeeded, in order. */
  readonly checks: readonly CheckInput[];
  /** Why the step cannot be started at all (an expression that cannot be evaluated); null when it can. */
  readonly obstacle: Outcome | null;
}

/** A check of a step's result; one that is not required may fail. */
export interface CheckInput {
  readonly id: string;
  readonly required: boolean;
}

/** A question to a person. Without a timeout it waits for ever. */
export interface Approval {
  readonly timeoutMs: number | null;
  readonly byDefault: 'approve' | 'reject';
}

/** The outputs a step has written, by name. */
export type StepOutputs = Readonly<Record<string, string | number | boolean | null>>;

/** JSON-only memory of one step actor; `attempt` is 0 until the first one begins, `interruptions` are attempts that a crash of the engine took. */
export interface StepContext {
  readonly stepId: string;
  /** The tool of the attempt; null until a router has picked one. */
  readonly toolId: string | null;
  /** A router picks the tool of each attempt. */
  readonly routed: boolean;
  /** Tools whose attempts are used up, and how many counted attempts they had together. */
  readonly spentTools: readonly string[];
  readonly spentAttempts: number;
  /** The documents behind the attempt: its execution request and its prompt; null for a step that names its tool itself. */
  readonly requestId: string | null;
  readonly promptId: string | null;
  readonly attemptTimeoutMs: number | null;
  readonly stepTimeoutMs: number | null;
  readonly stepDeadlineMs: number | null;
  readonly retry: Retry;
  readonly declaresOutputs: boolean;
  readonly onInterrupted: 'rerun' | 'fail';
  readonly continueOnError: boolean;
  readonly approval: Approval | null;
  readonly dispatchedAtMs: number;
  readonly attempt: number;
  readonly interruptions: number;
  readonly attemptStartedAtMs: number;
  readonly outcome: Outcome | null;
  readonly outputs: StepOutputs;
  readonly wakeAtMs: number;
  readonly checks: readonly CheckInput[];
  /** The check that is being made (an index into `checks`), the how many-th execution of a check in this attempt that is, and when it began. */
  readonly check: number;
  readonly checkRun: number;
  readonly checkStartedAtMs: number;
  /** Since when the step waits for the run's budget to be raised. */
  readonly heldAtMs: number;
}

/** How an attempt ended, with the time and the random number that the chart needs to go on (it makes neither itself). */
export interface AttemptReport {
  readonly outcome: Outcome;
  readonly endedAtMs: number;
  /** Uniform in [0, 1), for the jitter of a backoff. */
  readonly random: number;
  /** How far the clock has jumped forward since the attempt began: time in which nothing ran. */
  readonly skippedMs?: number;
  /** What a routed tool has printed of its answer and its cost, for the record. */
  readonly found?: { readonly costUsd: number | null; readonly result: string | null };
}

/** What reading a step's declared outputs gave: `outcome` is succeeded or outputInvalid. */
export interface ValidationReport extends AttemptReport {
  readonly outputs: StepOutputs;
}

/** Which attempt an actor stands for. */
export interface AttemptRef {
  readonly stepId: string;
  readonly attempt: number;
  readonly toolId: string | null;
}

/** Which execution of a check an actor stands for; null for the attempt itself. */
export interface CheckRef {
  readonly check: number;
  readonly checkRun: number;
}

/** What the router is asked: a tool for the next attempt. */
export interface RouteRef {
  readonly stepId: string;
  readonly attempt: number;
  readonly spentTools: readonly string[];
  readonly currentTool: string | null;
  readonly requestId: string | null;
  readonly requestedAtMs: number;
}

/** A document that comes with a decision, to be stored with it: `body` is JSON. */
export interface RoutedDocument {
  readonly id: string;
  readonly kind: 'execution_request' | 'prompt_instance';
  readonly body: string;
}

/**
 * What the router has come to. `routed`: the tool, with the ids of what it is asked with. `unroutable`: no tool is left, `outcome` says why.
 * `overBudget`: a call would cost more than the run may spend.
 */
export type RouteReport = {
  readonly requestId: string;
  readonly nowMs: number;
  readonly skippedMs?: number;
  readonly decision: RouteDecision | null;
  readonly documents: readonly RoutedDocument[];
} & (
  | { readonly kind: 'routed'; readonly toolId: string; readonly attemptTimeoutMs: number | null; readonly promptId: string }
  | { readonly kind: 'unroutable'; readonly outcome: Outcome }
  | { readonly kind: 'overBudget' }
);

/** Commands a step answers. */
export type StepEvent =
  | { readonly type: 'CANCEL'; readonly reason: string }
  | { readonly type: 'APPROVE'; readonly comment: string | null }
  | { readonly type: 'REJECT'; readonly comment: string | null }
  | { readonly type: 'PROCEED'; readonly nowMs: number };

/** A step's last word to its run. */
export interface StepEnd {
  readonly stepId: string;
  readonly end: 'succeeded' | 'failed' | 'canceled';
  readonly tolerated: boolean;
}

/** What became of an attempt that is stopped, unless it ended by itself first: kept when the stopping was decided. */
export function otherwise(context: StepContext): Outcome {
  return context.outcome ?? { kind: 'canceled', reason: 'stopped' };
}

/** When the attempt, or the check of its result, is stopped, in milliseconds since 1970; null: never. */
export function attemptDeadlineMs(context: StepContext): number | null {
  const startedAtMs = context.checkRun === 0 ? context.attemptStartedAtMs : context.checkStartedAtMs;
  const ofAttempt = context.attemptTimeoutMs === null ? null : startedAtMs + context.attemptTimeoutMs;
  if (ofAttempt === null || context.stepDeadlineMs === null) return ofAttempt ?? context.stepDeadlineMs;
  return Math.min(ofAttempt, context.stepDeadlineMs);
}

/** When the default answer counts, in milliseconds since 1970; null where the step asks nobody or waits for ever. */
export function approvalDeadlineMs(context: Pick<StepContext, 'approval' | 'dispatchedAtMs'>): number | null {
  const timeoutMs = context.approval?.timeoutMs ?? null;
  return timeoutMs === null ? null : context.dispatchedAtMs + timeoutMs;
}

/** The check that is being made; null while the tool itself is at work. */
export function checkOf(context: Pick<StepContext, 'check' | 'checkRun'>): CheckRef | null {
  return context.checkRun === 0 ? null : { check: context.check, checkRun: context.checkRun };
}

/** What stopped the attempt: its own timeout, or that of the step where that one comes first. */
export function timeoutOutcome(context: StepContext): Outcome {
  const { attemptTimeoutMs, stepDeadlineMs, stepTimeoutMs } = context;
  const deadlineMs = attemptDeadlineMs(context);
  return attemptTimeoutMs !== null && deadlineMs !== stepDeadlineMs
    ? { kind: 'timedOut', timeoutMs: attemptTimeoutMs, scope: 'attempt' }
    : { kind: 'timedOut', timeoutMs: stepTimeoutMs ?? 1, scope: 'step' };
}
