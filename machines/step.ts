import { assign, fromPromise, setup } from 'xstate';
import type { Outcome } from '../schemas/outcome.ts';
import { backoffDelayMs, checkHolds, laterDeadlineMs, mayRetry, mayTryNextTool } from './retry.ts';
import {
  approvalDeadlineMs,
  attemptDeadlineMs,
  checkOf,
  otherwise,
  timeoutOutcome,
  type AttemptRef,
  type AttemptReport,
  type CheckRef,
  type RouteRef,
  type RouteReport,
  type StepContext,
  type StepEnd,
  type StepEvent,
  type StepInput,
  type ValidationReport,
} from './step-model.ts';
import { unprovided } from './unprovided.ts';

/**
 * The life of one step, from its dispatch to its end: attempts of its tool, which a router may pick for each, with the checks of what came of them; or the wait for a
 * person's answer. Effects are the actors `route` (asks the router), `attempt` (starts the tool or finds the one that was started), `check` (the same for a check of the
 * result), `stopAttempt` (stops either unless it ended first), `validate` (reads the declared outputs) and `sleepUntil`.
 */
export const stepMachine = setup({
  types: {
    input: {} as StepInput,
    context: {} as StepContext,
    events: {} as StepEvent,
    output: {} as StepEnd,
  },
  actors: {
    route: fromPromise<RouteReport, RouteRef>(unprovided('route')),
    attempt: fromPromise<AttemptReport, AttemptRef>(unprovided('attempt')),
    check: fromPromise<AttemptReport, AttemptRef & CheckRef>(unprovided('check')),
    stopAttempt: fromPromise<AttemptReport, AttemptRef & { readonly check: CheckRef | null; readonly otherwise: Outcome }>(
      unprovided('stopAttempt'),
    ),
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
    isRouted: ({ context }) => context.routed,
    toolIsPicked: (_, report: RouteReport) => report.kind === 'routed',
    isOverBudget: (_, report: RouteReport) => report.kind === 'overBudget',
    succeededWithChecks: ({ context }, report: AttemptReport) => report.outcome.kind === 'succeeded' && context.checks.length > 0,
    wasInterrupted: (_, report: AttemptReport) => report.outcome.kind === 'interrupted',
    checkHolds: ({ context }, report: AttemptReport) => checkHolds(context, report),
    lastCheckHolds: ({ context }, report: AttemptReport) =>
      checkHolds(context, report) && context.check + 1 >= context.checks.length,
    rerunsInterrupted: ({ context }, report: AttemptReport) =>
      report.outcome.kind === 'interrupted' && context.onInterrupted === 'rerun',
    routesInterrupted: ({ context }, report: AttemptReport) =>
      report.outcome.kind === 'interrupted' && context.onInterrupted === 'rerun' && context.routed,
    mayTryNextTool: ({ context }, report: AttemptReport) => mayTryNextTool(context, report),
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
    keepTimeout: assign({ outcome: ({ context }) => timeoutOutcome(context) }),
    keepStepTimeout: assign({
      outcome: ({ context }): Outcome => ({ kind: 'timedOut', timeoutMs: context.stepTimeoutMs ?? 1, scope: 'step' }),
    }),
    keepSuccess: assign({ outcome: (): Outcome => ({ kind: 'succeeded', exitCode: 0 }) }),
    keepRequest: assign({ requestId: (_, report: RouteReport) => report.requestId }),
    keepTool: assign((_, report: RouteReport) =>
      report.kind === 'routed'
        ? { toolId: report.toolId, promptId: report.promptId, attemptTimeoutMs: report.attemptTimeoutMs }
        : {},
    ),
    keepObstacle: assign({
      // What came of the attempts says more than that no tool is left for another one.
      outcome: ({ context }, report: RouteReport) => context.outcome ?? (report.kind === 'unroutable' ? report.outcome : null),
    }),
    keepHeld: assign({
      heldAtMs: (_, report: RouteReport) => report.nowMs,
      stepDeadlineMs: ({ context }, report: RouteReport) => laterDeadlineMs(context, report),
    }),
    putOffDeadline: assign({
      stepDeadlineMs: ({ context }, params: { nowMs: number }) =>
        laterDeadlineMs(context, { skippedMs: Math.max(0, params.nowMs - context.heldAtMs) }),
    }),
    spendTool: assign({
      spentTools: ({ context }) => (context.toolId === null ? context.spentTools : [...context.spentTools, context.toolId]),
      spentAttempts: ({ context }) => context.attempt - context.interruptions,
      toolId: null,
      promptId: null,
      stepDeadlineMs: ({ context }, report: AttemptReport) => laterDeadlineMs(context, report),
    }),
    beginChecks: assign({
      check: 0,
      checkRun: 1,
      checkStartedAtMs: (_, report: AttemptReport) => report.endedAtMs,
      stepDeadlineMs: ({ context }, report: AttemptReport) => laterDeadlineMs(context, report),
    }),
    nextCheck: assign({
      check: ({ context }) => context.check + 1,
      checkRun: ({ context }) => context.checkRun + 1,
      checkStartedAtMs: (_, report: AttemptReport) => report.endedAtMs,
      stepDeadlineMs: ({ context }, report: AttemptReport) => laterDeadlineMs(context, report),
    }),
    repeatCheck: assign({
      checkRun: ({ context }) => context.checkRun + 1,
      checkStartedAtMs: (_, report: AttemptReport) => report.endedAtMs,
      stepDeadlineMs: ({ context }, report: AttemptReport) => laterDeadlineMs(context, report),
    }),
    // What an attempt has written counts only once its checks hold.
    dropOutputs: assign({ outputs: {} }),
    planBackoff: assign({
      wakeAtMs: ({ context }, report: AttemptReport) => report.endedAtMs + backoffDelayMs(context, report.random),
      stepDeadlineMs: ({ context }, report: AttemptReport) => laterDeadlineMs(context, report),
    }),
    noteInterruption: assign({ interruptions: ({ context }) => context.interruptions + 1 }),
    countSkipped: assign({
      stepDeadlineMs: ({ context }, params: { readonly skippedMs?: number }) => laterDeadlineMs(context, params),
    }),
    beginAttempt: assign({
      attempt: ({ context }) => context.attempt + 1,
      check: 0,
      checkRun: 0,
      outputs: {},
      attemptStartedAtMs: (_, params: { nowMs: number; skippedMs?: number }) => params.nowMs,
      stepDeadlineMs: ({ context }, params: { nowMs: number; skippedMs?: number }) => laterDeadlineMs(context, params),
    }),
  },
}).createMachine({
  id: 'step',
  version: '1.1.0',
  context: ({ input }) => ({
    stepId: input.stepId,
    toolId: input.toolId,
    routed: input.toolId === null && input.approval === null,
    spentTools: [],
    spentAttempts: 0,
    requestId: null,
    promptId: null,
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
    checks: input.checks,
    check: 0,
    checkRun: 0,
    checkStartedAtMs: 0,
    heldAtMs: 0,
  }),
  output: ({ event }) => event.output as StepEnd,
  initial: 'dispatched',
  states: {
    dispatched: {
      always: [
        { guard: 'hasObstacle', target: 'failed' },
        { guard: 'asksPerson', target: 'awaitingApproval' },
        { guard: 'isRouted', target: 'routing' },
        {
          target: 'attempting',
          actions: { type: 'beginAttempt', params: ({ context }) => ({ nowMs: context.dispatchedAtMs }) },
        },
      ],
    },
    routing: {
      invoke: [
        {
          id: 'route',
          src: 'route',
          input: ({ context }) => ({
            stepId: context.stepId,
            attempt: context.attempt + 1,
            spentTools: context.spentTools,
            currentTool: context.toolId,
            requestId: context.requestId,
            requestedAtMs: context.dispatchedAtMs,
          }),
          onDone: [
            {
              guard: { type: 'toolIsPicked', params: ({ event }) => event.output },
              target: 'attempting',
              actions: [
                { type: 'keepRequest', params: ({ event }) => event.output },
                { type: 'keepTool', params: ({ event }) => event.output },
                {
                  type: 'beginAttempt',
                  params: ({ event }) => ({ nowMs: event.output.nowMs, skippedMs: event.output.skippedMs ?? 0 }),
                },
              ],
            },
            {
              guard: { type: 'isOverBudget', params: ({ event }) => event.output },
              target: 'held',
              actions: [
                { type: 'keepRequest', params: ({ event }) => event.output },
                { type: 'keepHeld', params: ({ event }) => event.output },
              ],
            },
            {
              target: 'failed',
              actions: [
                { type: 'keepRequest', params: ({ event }) => event.output },
                { type: 'keepObstacle', params: ({ event }) => event.output },
              ],
            },
          ],
        },
        {
          id: 'deadline',
          src: 'sleepUntil',
          input: ({ context }) => ({ untilMs: context.stepDeadlineMs }),
          onDone: { target: 'failed', actions: 'keepStepTimeout' },
        },
      ],
      on: {
        CANCEL: { target: 'canceled', actions: { type: 'keepCancel', params: ({ event }) => event } },
      },
    },
    held: {
      on: {
        PROCEED: { target: 'routing', actions: { type: 'putOffDeadline', params: ({ event }) => event } },
        CANCEL: { target: 'canceled', actions: { type: 'keepCancel', params: ({ event }) => event } },
      },
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
                  guard: { type: 'routesInterrupted', params: ({ event }) => event.output },
                  target: '#step.routing',
                  actions: [{ type: 'noteInterruption' }, { type: 'countSkipped', params: ({ event }) => event.output }],
                },
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
                  guard: { type: 'succeededWithChecks', params: ({ event }) => event.output },
                  target: 'verifying',
                  actions: { type: 'beginChecks', params: ({ event }) => event.output },
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
                  guard: { type: 'mayTryNextTool', params: ({ event }) => event.output },
                  target: '#step.routing',
                  actions: [
                    { type: 'keepOutcome', params: ({ event }) => event.output },
                    { type: 'spendTool', params: ({ event }) => event.output },
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
                guard: { type: 'succeededWithChecks', params: ({ event }) => event.output },
                target: 'verifying',
                actions: [
                  { type: 'keepOutputs', params: ({ event }) => event.output },
                  { type: 'beginChecks', params: ({ event }) => event.output },
                ],
              },
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
                guard: { type: 'mayTryNextTool', params: ({ event }) => event.output },
                target: '#step.routing',
                actions: [
                  { type: 'keepOutcome', params: ({ event }) => event.output },
                  { type: 'spendTool', params: ({ event }) => event.output },
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
              check: checkOf(context),
              otherwise: otherwise(context),
            }),
            onDone: [
              {
                guard: { type: 'succeededWithOutputs', params: ({ event }) => event.output },
                target: 'validating',
              },
              {
                guard: { type: 'succeededWithChecks', params: ({ event }) => event.output },
                target: 'verifying',
                actions: { type: 'beginChecks', params: ({ event }) => event.output },
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
                guard: { type: 'mayTryNextTool', params: ({ event }) => event.output },
                target: '#step.routing',
                actions: [
                  { type: 'keepOutcome', params: ({ event }) => event.output },
                  { type: 'spendTool', params: ({ event }) => event.output },
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
        verifying: {
          invoke: [
            {
              id: 'check',
              src: 'check',
              input: ({ context }) => ({
                stepId: context.stepId,
                attempt: context.attempt,
                toolId: context.toolId,
                check: context.check,
                checkRun: context.checkRun,
              }),
              onDone: [
                {
                  guard: { type: 'wasInterrupted', params: ({ event }) => event.output },
                  target: 'verifying',
                  reenter: true,
                  actions: { type: 'repeatCheck', params: ({ event }) => event.output },
                },
                {
                  guard: { type: 'lastCheckHolds', params: ({ event }) => event.output },
                  target: '#step.succeeded',
                  actions: 'keepSuccess',
                },
                {
                  guard: { type: 'checkHolds', params: ({ event }) => event.output },
                  target: 'verifying',
                  reenter: true,
                  actions: { type: 'nextCheck', params: ({ event }) => event.output },
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
                  guard: { type: 'mayTryNextTool', params: ({ event }) => event.output },
                  target: '#step.routing',
                  actions: [
                    { type: 'keepOutcome', params: ({ event }) => event.output },
                    { type: 'spendTool', params: ({ event }) => event.output },
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
              onDone: { target: 'stoppingCheck', actions: 'keepTimeout' },
            },
          ],
          on: {
            CANCEL: { target: '#step.canceling', actions: { type: 'keepCancel', params: ({ event }) => event } },
          },
        },
        stoppingCheck: {
          invoke: {
            id: 'stopAttempt',
            src: 'stopAttempt',
            input: ({ context }) => ({
              stepId: context.stepId,
              attempt: context.attempt,
              toolId: context.toolId,
              check: checkOf(context),
              otherwise: otherwise(context),
            }),
            onDone: [
              {
                guard: { type: 'lastCheckHolds', params: ({ event }) => event.output },
                target: '#step.succeeded',
                actions: 'keepSuccess',
              },
              {
                guard: { type: 'checkHolds', params: ({ event }) => event.output },
                target: 'verifying',
                reenter: true,
                actions: { type: 'nextCheck', params: ({ event }) => event.output },
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
                guard: { type: 'mayTryNextTool', params: ({ event }) => event.output },
                target: '#step.routing',
                actions: [
                  { type: 'keepOutcome', params: ({ event }) => event.output },
                  { type: 'spendTool', params: ({ event }) => event.output },
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
        onDone: [
          {
            guard: 'isRouted',
            target: 'routing',
            actions: { type: 'countSkipped', params: ({ event }) => event.output },
          },
          {
            target: 'attempting',
            actions: { type: 'beginAttempt', params: ({ event }) => event.output },
          },
        ],
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
          check: checkOf(context),
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
      entry: 'dropOutputs',
      output: ({ context }) => ({ stepId: context.stepId, end: 'failed', tolerated: context.continueOnError }),
    },
    canceled: {
      type: 'final',
      entry: 'dropOutputs',
      output: ({ context }) => ({ stepId: context.stepId, end: 'canceled', tolerated: false }),
    },
  },
});
