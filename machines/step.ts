import { assign, fromPromise, setup } from 'xstate';
import type { Outcome } from '../schemas/outcome.ts';
import { backoffDelayMs, mayRetry, type Retry } from './retry.ts';
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
}

/** The outputs a step has written, by name. */
export type StepOutputs = Readonly<Record<string, string | number | boolean | null>>;

/** JSON-only memory of one step actor; `attempt` counts from 1, `interruptions` are attempts that a crash of the engine took. */
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
export type StepEvent = { readonly type: 'CANCEL'; readonly reason: string };

/** A step's last word to its run. */
export interface StepEnd {
  readonly stepId: string;
  readonly end: 'succeeded' | 'failed' | 'canceled';
  readonly tolerated: boolean;
}

/**
 * The life of one step, from its dispatch to its end. Effects are the actors `attempt` (starts the tool or finds the one that
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
    sleepUntil: fromPromise<{ readonly nowMs: number }, { readonly untilMs: number | null }>(unprovided('sleepUntil')),
  },
  guards: {
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
    }),
    noteInterruption: assign({ interruptions: ({ context }) => context.interruptions + 1 }),
    beginAttempt: assign({
      attempt: ({ context }) => context.attempt + 1,
      attemptStartedAtMs: (_, params: { nowMs: number }) => params.nowMs,
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
    attempt: 1,
    interruptions: 0,
    attemptStartedAtMs: input.nowMs,
    outcome: null,
    outputs: {},
    wakeAtMs: 0,
  }),
  output: ({ event }) => event.output as StepEnd,
  initial: 'attempting',
  states: {
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
                    { type: 'beginAttempt', params: ({ event }) => ({ nowMs: event.output.endedAtMs }) },
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
