import type { Grant, Meter, Spending } from './budget.ts';
import type { StepEnd, StepInput } from './step-model.ts';

/* What a run is told and keeps: the data of the chart in run.ts. */

/** What a run is made of. `total` is the number of steps of its plan, which all count as waiting at first. */
export interface RunInput {
  readonly runId: string;
  readonly total: number;
  readonly maxParallel: number;
  readonly onFailure: 'fail_fast' | 'continue' | 'escalate';
  readonly timeoutMs: number | null;
  /** What its calls of routed tools may spend; empty: no bounds. */
  readonly meters: readonly Meter[];
}

/** A step that waits for a person's answer. */
export interface AwaitingStep {
  readonly stepId: string;
  readonly timed: boolean;
}

/** JSON-only memory of a run: counters, and the ids of the steps that are running (never more than `maxParallel`). */
export interface RunContext {
  readonly runId: string;
  readonly total: number;
  readonly maxParallel: number;
  readonly onFailure: 'fail_fast' | 'continue' | 'escalate';
  readonly timeoutMs: number | null;
  readonly deadlineMs: number | null;
  readonly active: readonly string[];
  /** Steps that wait for a person; they take no slot. `timed`: they go on by themselves after a while. */
  readonly awaiting: readonly AwaitingStep[];
  /** Steps that wait until a person lets the run spend more; they take a slot when they go on, so never more than `maxParallel` with `active`. */
  readonly held: readonly string[];
  readonly meters: readonly Meter[];
  readonly grants: readonly Grant[];
  readonly waiting: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Failed steps that do not fail the run (`continue_on_error`); counted in `failed` too. */
  readonly tolerated: number;
  readonly skipped: number;
  readonly canceled: number;
  /** Why the run left the ordinary way: the step that failed, the command that was given. */
  readonly reason: string | null;
}

/** See {@link RunEvent}. */
export interface DispatchEvent {
  readonly type: 'DISPATCH';
  readonly stepId: string;
  readonly input: StepInput;
}

/** See {@link RunEvent}. */
export interface AskEvent {
  readonly type: 'ASK';
  readonly stepId: string;
  readonly input: StepInput;
}

/**
 * What a run answers. DISPATCH: start that step. ASK: start that step, which waits for a person. ANSWER: what the person says.
 * IDLE: the scheduler has no step that could be dispatched. SETTLE: that many waiting steps were skipped or canceled by the scheduler.
 * CALL: a step is about to call a routed tool; a check of what a tool did is always let through, and counted. SPEND: what a call has cost. HOLD: a step waits, because CALL was refused.
 */
export type RunEvent =
  | { readonly type: 'START'; readonly nowMs: number }
  | DispatchEvent
  | AskEvent
  | { readonly type: 'ANSWER'; readonly stepId: string; readonly approved: boolean; readonly comment: string | null }
  | { readonly type: 'IDLE' }
  | { readonly type: 'SETTLE'; readonly skipped: number; readonly canceled: number }
  | { readonly type: 'PAUSE'; readonly reason: string }
  | { readonly type: 'UNPAUSE'; readonly nowMs: number }
  | ({ readonly type: 'CALL'; readonly isCheck?: boolean } & Grant)
  | ({ readonly type: 'SPEND'; readonly stepId: string } & Spending)
  | { readonly type: 'HOLD'; readonly stepId: string; readonly reason: string }
  | { readonly type: 'CANCEL'; readonly reason: string }
  | { readonly type: 'QUARANTINE'; readonly reason: string }
  | { readonly type: 'xstate.done.actor.deadline' }
  | { readonly type: 'xstate.done.actor.step.*'; readonly actorId: string; readonly output: StepEnd }
  | { readonly type: 'xstate.error.actor.step.*'; readonly actorId: string; readonly error: unknown };
