import { assign, fromPromise, setup } from 'xstate';
import type { Outcome } from '../schemas/outcome.ts';
import { backoffDelayMs, laterDeadlineMs, mayRetry, type Retry } from './retry.ts';
import { unprovided } from './unprovided.ts';

/** What the run gives to a step when it dispatches it. Times are milliseconds since 1970, durations milliseconds. */
export interface StepInput {
  readonly stepId: string;
  readonly toolId: string;
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
  /** Why the step cannot be started at all (an expression that cannot be evaluated); null when it can. */
  readonly obstacle: Outcome | null;
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
  readonly toolId: string;
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
}

/** How an attempt ended, with the time and the random number that the chart needs to go on (it makes neither itself). */
export interface AttemptReport {
  readonly outcome: Outcome;
  readonly endedAtMs: number;
  /** Uniform in [0, 1), for the jitter of a backoff. */
  readonly random: number;
  /** How far the clock has jumped forward since the attempt began: time in which nothing ran. */
  readonly skippedMs?: number;
}

/** What reading a step's declared outputs gave: `outcome` is succeeded or outputInvalid. */
export interface ValidationReport extends AttemptReport {
  readonly outputs: StepOutputs;
}

/** Which attempt an actor stands for. */
export interface AttemptRef {
  readonly stepId: string;
  readonly attempt: number;
  readonly toolId: string;
}

/** Commands a step answers. */
export type StepEvent =
  | { readonly type: 'CANCEL'; readonly reason: string }
  | { readonly type: 'APPROVE'; readonly comment: string | null }
  | { readonly type: 'REJECT'; readonly comment: string | null };

/** A step's last word to its run. */
export interface StepEnd {
  readonly stepId: string;
  readonly end: 'succeeded' | 'failed' | 'canceled';
  readonly tolerated: boolean;
}

/**
 * The life of one step, from its dispatch to its end: attempts of its tool, or the wait for a person's answer. Effects are the actors `attempt` (starts the tool or finds the one that
 * was started), `stopAttempt` (stops it unless it ended first), `validate` (reads the declared outputs) and `sleepUntil`.
 */
export const stepMachine = setup({
  types: {
    input: {} as StepInput,
    context: {} as StepContext,
    events: {} as StepEvent,
    output: {} as StepEnd,
  },
  actors: {
    attempt: fromPromise<AttemptReport, AttemptRef>(unprovided('attempt')),
    stopAttempt: fromPromise<AttemptReport, AttemptRef & { readonly otherwise: Outcome }>(unprovided('stopAttempt')),
    validate: fromPromise<ValidationReport, AttemptRef>(unprovided('validate')),
    sleepUntil: fromPromise<{ readonly nowMs: number; readonly skippedMs?: number }, { readonly untilMs: number | null }>(
      unprovided('sleepUntil'),
    ),
  },
  guards: {
    hasObstacle: ({ context }) => context.outcome !== null,
    asksPerson: ({ context }) => context.approval !== null,
    approvesByDefault: ({ context }) => context.approval?.byDefault === 'approve',
    succeeded: (_, report: AttemptReport) => report.outcome.kind === 'succeeded',
    succeededWithOutputs: ({ context }, report: AttemptReport) => report.outcome.kind === 'succeeded' && context.declaresOutputs,
    rerunsInterrupted: ({ context }, report: AttemptReport) =>
      report.outcome.kind === 'interrupted' && context.onInterrupted === 'rerun',
    mayRetry: ({ context }, report: AttemptReport) => mayRetry(context, report),
  },
  actions: {
    keepOutcome: assign({ outcome: (_, report: AttemptReport) => report.outcome }),
    keepOutputs: assign({ outputs: (_, report: ValidationReport) => report.outputs }),
    keepCancel: assign({ outcome: (_, params: { reason: string }): Outcome => ({ kind: 'canceled', reason: params.reason }) }),
    keepAnswer: assign({
      outcome: (_, params: { kind: 'approved' | 'rejected'; comment: string | null; byDefault: boolean }): Outcome => ({
        kind: params.kind,
        comment: params.comment,
        byDefault: params.byDefault,
      }),
    }),
    keepTimeout: assign({
      outcome: ({ context }): Outcome => {
        const { attemptTimeoutMs, attemptStartedAtMs, stepDeadlineMs, stepTimeoutMs } = context;
        const ofAttempt =
          attemptTimeoutMs !== null && (stepDeadlineMs === null || attemptStartedAtMs + attemptTimeoutMs < stepDeadlineMs);
        return ofAttempt
          ? { kind: 'timedOut', timeoutMs: attemptTimeoutMs, scope: 'attempt' }
          : { kind: 'timedOut', timeoutMs: stepTimeoutMs ?? 1, scope: 'step' };
      },
    }),
    planBackoff: assign({
      wakeAtMs: ({ context }, report: AttemptReport) => report.endedAtMs + backoffDelayMs(context, report.random),
      stepDeadlineMs: ({ context }, report: AttemptReport) => laterDeadlineMs(context, report),
    }),
    noteInterruption: assign({ interruptions: ({ context }) => context.interruptions + 1 }),
    beginAttempt: assign({
      attempt: ({ context }) => context.attempt + 1,
      attemptStartedAtMs: (_, params: { nowMs: number; skippedMs?: number }) => params.nowMs,
      stepDeadlineMs: ({ context }, params: { nowMs: number; skippedMs?: number }) => laterDeadlineMs(context, params),
    }),
  },
}).createMachine({
  id: 'step',
  version: '1.0.0',
  context: ({ input }) => ({
    stepId: input.stepId,
    toolId: input.toolId,
    attemptTimeoutMs: input.attemptTimeoutMs,
    stepTimeoutMs: input.stepTimeoutMs,
    stepDeadlineMs: input.stepTimeoutMs === null ? null : input.nowMs + input.stepTimeoutMs,
    retry: input.retry,
    declaresOutputs: input.declaresOutputs,
    onInterrupted: input.onInterrupted,
    continueOnError: input.continueOnError,
    approval: input.approval,
    dispatchedAtMs: input.nowMs,
    attempt: 0,
    interruptions: 0,
    attemptStartedAtMs: input.nowMs,
    outcome: input.obstacle,
    outputs: {},
    wakeAtMs: 0,
  }),
  output: ({ event }) => event.output as StepEnd,
  initial: 'dispatched',
  states: {
    dispatched: {
      always: [
        { guard: 'hasObstacle', target: 'failed' },
        { guard: 'asksPerson', target: 'awaitingApproval' },
        {
          target: 'attempting',
          actions: { type: 'beginAttempt', params: ({ context }) => ({ nowMs: context.dispatchedAtMs }) },
        },
      ],
    },
    awaitingApproval: {
      invoke: {
        id: 'approvalDeadline',
        src: 'sleepUntil',
        input: ({ context }) => ({ untilMs: approvalDeadlineMs(context) }),
        onDone: [
          {
            guard: 'approvesByDefault',
            target: 'succeeded',
            actions: { type: 'keepAnswer', params: () => ({ kind: 'approved' as const, comment: null, byDefault: true }) },
          },
          {
            target: 'failed',
            actions: { type: 'keepAnswer', params: () => ({ kind: 'rejected' as const, comment: null, byDefault: true }) },
          },
        ],
      },
      on: {
        APPROVE: {
          target: 'succeeded',
          actions: {
            type: 'keepAnswer',
            params: ({ event }) => ({ kind: 'approved' as const, comment: event.comment, byDefault: false }),
          },
        },
        REJECT: {
          target: 'failed',
          actions: {
            type: 'keepAnswer',
            params: ({ event }) => ({ kind: 'rejected' as const, comment: event.comment, byDefault: false }),
          },
        },
        CANCEL: { target: 'canceled', actions: { type: 'keepCancel', params: ({ event }) => event } },
      },
    },
    attempting: {
      initial: 'executing',
      states: {
        executing: {
          invoke: [
            {
              id: 'attempt',
              src: 'attempt',
              input: ({ context }) => ({ stepId: context.stepId, attempt: context.attempt, toolId: context.toolId }),
              onDone: [
                {
                  guard: { type: 'rerunsInterrupted', params: ({ event }) => event.output },
                  target: '#step.attempting',
                  reenter: true,
                  actions: [
                    { type: 'noteInterruption' },
                    {
                      type: 'beginAttempt',
                      params: ({ event }) => ({ nowMs: event.output.endedAtMs, skippedMs: event.output.skippedMs ?? 0 }),
                    },
                  ],
                },
                {
                  guard: { type: 'succeededWithOutputs', params: ({ event }) => event.output },
                  target: 'validating',
                },
                {
                  guard: { type: 'succeeded', params: ({ event }) => event.output },
                  target: '#step.succeeded',
                  actions: { type: 'keepOutcome', params: ({ event }) => event.output },
                },
                {
                  guard: { type: 'mayRetry', params: ({ event }) => event.output },
                  target: '#step.backoff',
                  actions: [
                    { type: 'keepOutcome', params: ({ event }) => event.output },
                    { type: 'planBackoff', params: ({ event }) => event.output },
                  ],
                },
                {
                  target: '#step.failed',
                  actions: { type: 'keepOutcome', params: ({ event }) => event.output },
                },
              ],
            },
            {
              id: 'deadline',
              src: 'sleepUntil',
              input: ({ context }) => ({ untilMs: attemptDeadlineMs(context) }),
              onDone: { target: 'stopping', actions: 'keepTimeout' },
            },
          ],
          on: {
            CANCEL: { target: '#step.canceling', actions: { type: 'keepCancel', params: ({ event }) => event } },
          },
        },
        validating: {
          invoke: {
            id: 'validate',
            src: 'validate',
            input: ({ context }) => ({ stepId: context.stepId, attempt: context.attempt, toolId: context.toolId }),
            onDone: [
              {
                guard: { type: 'succeeded', params: ({ event }) => event.output },
                target: '#step.succeeded',
                actions: [
                  { type: 'keepOutcome', params: ({ event }) => event.output },
                  { type: 'keepOutputs', params: ({ event }) => event.output },
                ],
              },
              {
                guard: { type: 'mayRetry', params: ({ event }) => event.output },
                target: '#step.backoff',
                actions: [
                  { type: 'keepOutcome', params: ({ event }) => event.output },
                  { type: 'planBackoff', params: ({ event }) => event.output },
                ],
              },
              {
                target: '#step.failed',
                actions: { type: 'keepOutcome', params: ({ event }) => event.output },
              },
            ],
          },
          on: {
            CANCEL: { target: '#step.canceled', actions: { type: 'keepCancel', params: ({ event }) => event } },
          },
        },
        stopping: {
          invoke: {
            id: 'stopAttempt',
            src: 'stopAttempt',
            input: ({ context }) => ({
              stepId: context.stepId,
              attempt: context.attempt,
              toolId: context.toolId,
              otherwise: otherwise(context),
            }),
            onDone: [
              {
                guard: { type: 'succeededWithOutputs', params: ({ event }) => event.output },
                target: 'validating',
              },
              {
                guard: { type: 'succeeded', params: ({ event }) => event.output },
                target: '#step.succeeded',
                actions: { type: 'keepOutcome', params: ({ event }) => event.output },
              },
              {
                guard: { type: 'mayRetry', params: ({ event }) => event.output },
                target: '#step.backoff',
                actions: [
                  { type: 'keepOutcome', params: ({ event }) => event.output },
                  { type: 'planBackoff', params: ({ event }) => event.output },
                ],
              },
              {
                target: '#step.failed',
                actions: { type: 'keepOutcome', params: ({ event }) => event.output },
              },
            ],
          },
          on: {
            CANCEL: { target: '#step.canceling', actions: { type: 'keepCancel', params: ({ event }) => event } },
          },
        },
      },
    },
    backoff: {
      invoke: {
        id: 'backoff',
        src: 'sleepUntil',
        input: ({ context }) => ({ untilMs: context.wakeAtMs }),
        onDone: {
          target: 'attempting',
          actions: { type: 'beginAttempt', params: ({ event }) => event.output },
        },
      },
      on: {
        CANCEL: { target: 'canceled', actions: { type: 'keepCancel', params: ({ event }) => event } },
      },
    },
    canceling: {
      invoke: {
        id: 'stopAttempt',
        src: 'stopAttempt',
        input: ({ context }) => ({
          stepId: context.stepId,
          attempt: context.attempt,
          toolId: context.toolId,
          otherwise: otherwise(context),
        }),
        onDone: 'canceled',
      },
    },
    succeeded: {
      type: 'final',
      output: ({ context }) => ({ stepId: context.stepId, end: 'succeeded', tolerated: false }),
    },
    failed: {
      type: 'final',
      output: ({ context }) => ({ stepId: context.stepId, end: 'failed', tolerated: context.continueOnError }),
    },
    canceled: {
      type: 'final',
      output: ({ context }) => ({ stepId: context.stepId, end: 'canceled', tolerated: false }),
    },
  },
});

/** What became of an attempt that is stopped, unless it ended by itself first: kept when the stopping was decided. */
function otherwise(context: StepContext): Outcome {
  return context.outcome ?? { kind: 'canceled', reason: 'stopped' };
}

function attemptDeadlineMs(context: StepContext): number | null {
  const ofAttempt = context.attemptTimeoutMs === null ? null : context.attemptStartedAtMs + context.attemptTimeoutMs;
  if (ofAttempt === null || context.stepDeadlineMs === null) return ofAttempt ?? context.stepDeadlineMs;
  return Math.min(ofAttempt, context.stepDeadlineMs);
}

/** When the default answer counts, in milliseconds since 1970; null where the step asks nobody or waits for ever. */
export function approvalDeadlineMs(context: Pick<StepContext, 'approval' | 'dispatchedAtMs'>): number | null {
  const timeoutMs = context.approval?.timeoutMs ?? null;
  return timeoutMs === null ? null : context.dispatchedAtMs + timeoutMs;
}
