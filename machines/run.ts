import { assign, enqueueActions, fromPromise, setup, spawnChild, stopChild } from 'xstate';
import { exhaustedMeter, isGranted, raised, withCall, withSpending, type Grant, type Spending } from './budget.ts';
import type { AskEvent, DispatchEvent, RunContext, RunEvent, RunInput } from './run-model.ts';
import { stepMachine } from './step.ts';
import type { StepEnd, StepInput } from './step-model.ts';
import { unprovided } from './unprovided.ts';

/**
 * The life of a run. It spawns a step actor for each DISPATCH that its guards let through and drops it when it has ended, so
 * its snapshot stays as small as its parallelism. Every state in which it is over carries the tag `ended`; `failed` is one of
 * them although a failed run can still be quarantined. The effects are the step actors and `sleepUntil` (the run's timeout).
 */
export const runMachine = setup({
  types: {
    input: {} as RunInput,
    context: {} as RunContext,
    events: {} as RunEvent,
    tags: {} as 'ended' | 'stopping' | 'abandoning' | 'waitsForPerson',
  },
  actors: {
    step: stepMachine,
    sleepUntil: fromPromise<{ readonly nowMs: number }, { readonly untilMs: number | null }>(unprovided('sleepUntil')),
  },
  guards: {
    slotIsFree: ({ context }) => context.active.length < context.maxParallel && context.waiting > 0,
    areWaiting: ({ context }, params: { skipped: number; canceled: number }) =>
      params.skipped + params.canceled <= context.waiting,
    mayCall: ({ context }, call: Grant & { isCheck?: boolean }) =>
      context.active.includes(call.stepId) &&
      (call.isCheck === true || isGranted(context.grants, call) || exhaustedMeter(context.meters, call.toolId) === null),
    wasGranted: ({ context }, spent: Grant) => isGranted(context.grants, spent),
    isActive: ({ context }, params: { stepId: string }) => context.active.includes(params.stepId),
    anyWaiting: ({ context }) => context.waiting > 0,
    isAwaiting: ({ context }, params: { stepId: string }) => context.awaiting.some((step) => step.stepId === params.stepId),
    onlyPersonCanGoOn: ({ context }) =>
      context.active.length === 0 && context.awaiting.length > 0 && context.awaiting.every((step) => !step.timed),
    noneActive: ({ context }) => context.active.length === 0,
    allSettled: ({ context }) =>
      context.active.length === 0 && context.awaiting.length === 0 && context.held.length === 0 && context.waiting === 0,
    allSettledWell: ({ context }) =>
      context.active.length === 0 &&
      context.awaiting.length === 0 &&
      context.held.length === 0 &&
      context.waiting === 0 &&
      context.failed === context.tolerated &&
      context.canceled === 0,
    failsFast: ({ context }, end: StepEnd) => end.end === 'failed' && !end.tolerated && context.onFailure === 'fail_fast',
    escalates: ({ context }, end: StepEnd) => end.end === 'failed' && !end.tolerated && context.onFailure === 'escalate',
  },
  actions: {
    begin: assign({
      deadlineMs: ({ context }, params: { nowMs: number }) =>
        context.timeoutMs === null ? null : params.nowMs + context.timeoutMs,
    }),
    countDispatched: assign({
      active: ({ context }, params: { stepId: string }) => [...context.active, params.stepId],
      waiting: ({ context }) => context.waiting - 1,
    }),
    countAsked: assign({
      awaiting: ({ context }, params: { stepId: string; input: StepInput }) => [
        ...context.awaiting,
        { stepId: params.stepId, timed: (params.input.approval?.timeoutMs ?? null) !== null },
      ],
      waiting: ({ context }) => context.waiting - 1,
    }),
    passAnswer: enqueueActions(({ enqueue }, params: { stepId: string; approved: boolean; comment: string | null }) => {
      enqueue.sendTo(`step.${params.stepId}`, { type: params.approved ? 'APPROVE' : 'REJECT', comment: params.comment });
    }),
    countSettled: assign({
      waiting: ({ context }, params: { skipped: number; canceled: number }) => context.waiting - params.skipped - params.canceled,
      skipped: ({ context }, params: { skipped: number; canceled: number }) => context.skipped + params.skipped,
      canceled: ({ context }, params: { skipped: number; canceled: number }) => context.canceled + params.canceled,
    }),
    countEnded: assign(({ context }, end: StepEnd) => ({
      active: context.active.filter((id) => id !== end.stepId),
      awaiting: context.awaiting.filter((step) => step.stepId !== end.stepId),
      held: context.held.filter((id) => id !== end.stepId),
      grants: context.grants.filter((grant) => grant.stepId !== end.stepId),
      succeeded: context.succeeded + (end.end === 'succeeded' ? 1 : 0),
      failed: context.failed + (end.end === 'failed' ? 1 : 0),
      tolerated: context.tolerated + (end.tolerated ? 1 : 0),
      canceled: context.canceled + (end.end === 'canceled' ? 1 : 0),
    })),
    countLost: assign({
      active: ({ context }, params: { actorId: string }) => context.active.filter((id) => `step.${id}` !== params.actorId),
      awaiting: ({ context }, params: { actorId: string }) =>
        context.awaiting.filter((step) => `step.${step.stepId}` !== params.actorId),
      held: ({ context }, params: { actorId: string }) => context.held.filter((id) => `step.${id}` !== params.actorId),
      grants: ({ context }, params: { actorId: string }) =>
        context.grants.filter((grant) => `step.${grant.stepId}` !== params.actorId),
      failed: ({ context }) => context.failed + 1,
    }),
    grantCall: assign(({ context }, call: Grant) =>
      isGranted(context.grants, call)
        ? {}
        : {
            meters: withCall(context.meters, call.toolId),
            grants: [
              ...context.grants.filter((grant) => grant.stepId !== call.stepId),
              { stepId: call.stepId, toolId: call.toolId },
            ],
          },
    ),
    countSpending: assign(({ context }, spent: Spending & { stepId: string }) => ({
      meters: withSpending(context.meters, spent),
      grants: context.grants.filter((grant) => grant.stepId !== spent.stepId),
    })),
    holdStep: assign({
      active: ({ context }, params: { stepId: string }) => context.active.filter((id) => id !== params.stepId),
      held: ({ context }, params: { stepId: string }) => [...context.held, params.stepId],
    }),
    cancelStep: enqueueActions(({ context, enqueue }, params: { stepId: string }) => {
      enqueue.sendTo(`step.${params.stepId}`, { type: 'CANCEL', reason: context.reason ?? 'the run is stopping' });
    }),
    raiseBudget: assign({ meters: ({ context }) => raised(context.meters) }),
    proceedHeld: enqueueActions(({ context, enqueue }, params: { nowMs: number }) => {
      for (const id of context.held) enqueue.sendTo(`step.${id}`, { type: 'PROCEED', nowMs: params.nowMs });
      enqueue.assign({ active: [...context.active, ...context.held], held: [] });
    }),
    cancelWaiting: assign({
      waiting: 0,
      canceled: ({ context }) => context.canceled + context.waiting,
    }),
    keepReason: assign({ reason: (_, params: { reason: string }) => params.reason }),
    keepFirstReason: assign({ reason: ({ context }, params: { reason: string }) => context.reason ?? params.reason }),
    nameFailures: assign({
      reason: ({ context }) => {
        const failures = context.failed - context.tolerated;
        return context.reason ?? `${String(failures)} step${failures === 1 ? '' : 's'} failed`;
      },
    }),
    forgetReason: assign({ reason: null }),
    stopSteps: enqueueActions(({ context, enqueue }) => {
      const reason = context.reason ?? 'the run is stopping';
      for (const id of context.active) enqueue.sendTo(`step.${id}`, { type: 'CANCEL', reason });
      for (const { stepId } of context.awaiting) enqueue.sendTo(`step.${stepId}`, { type: 'CANCEL', reason });
      for (const id of context.held) enqueue.sendTo(`step.${id}`, { type: 'CANCEL', reason });
    }),
  },
}).createMachine({
  id: 'run',
  version: '1.1.0',
  context: ({ input }) => ({
    runId: input.runId,
    total: input.total,
    maxParallel: input.maxParallel,
    onFailure: input.onFailure,
    timeoutMs: input.timeoutMs,
    deadlineMs: null,
    active: [],
    awaiting: [],
    held: [],
    meters: input.meters,
    grants: [],
    waiting: input.total,
    succeeded: 0,
    failed: 0,
    tolerated: 0,
    skipped: 0,
    canceled: 0,
    reason: null,
  }),
  initial: 'pending',
  states: {
    pending: {
      on: {
        START: { target: 'running', actions: { type: 'begin', params: ({ event }) => event } },
        CANCEL: { target: 'canceled', actions: ['cancelWaiting', { type: 'keepReason', params: ({ event }) => event }] },
      },
    },
    running: {
      initial: 'active',
      invoke: {
        id: 'deadline',
        src: 'sleepUntil',
        input: ({ context }) => ({ untilMs: context.deadlineMs }),
        onDone: {
          target: '.draining',
          actions: {
            type: 'keepReason',
            params: ({ context }) => ({ reason: `the run's timeout of ${String(context.timeoutMs)} ms has passed` }),
          },
        },
        onError: {
          target: '.quarantining',
          actions: {
            type: 'keepReason',
            params: ({ event }) => ({ reason: `the run's timer is broken: ${String(event.error)}` }),
          },
        },
      },
      on: {
        DISPATCH: {
          guard: 'slotIsFree',
          actions: [
            { type: 'countDispatched', params: ({ event }) => event },
            spawnChild('step', {
              id: ({ event }) => `step.${event.stepId}`,
              input: ({ event }) => (event as DispatchEvent).input,
            }),
          ],
        },
        ASK: {
          guard: 'anyWaiting',
          actions: [
            { type: 'countAsked', params: ({ event }) => event },
            spawnChild('step', {
              id: ({ event }) => `step.${event.stepId}`,
              input: ({ event }) => (event as AskEvent).input,
            }),
          ],
        },
        ANSWER: {
          guard: { type: 'isAwaiting', params: ({ event }) => event },
          actions: { type: 'passAnswer', params: ({ event }) => event },
        },
        CALL: {
          guard: { type: 'mayCall', params: ({ event }) => event },
          actions: { type: 'grantCall', params: ({ event }) => event },
        },
        SPEND: {
          guard: { type: 'wasGranted', params: ({ event }) => event },
          actions: { type: 'countSpending', params: ({ event }) => event },
        },
        HOLD: {
          guard: { type: 'isActive', params: ({ event }) => event },
          target: '.pausing',
          actions: [
            { type: 'holdStep', params: ({ event }) => event },
            { type: 'keepFirstReason', params: ({ event }) => event },
          ],
        },
        SETTLE: {
          guard: { type: 'areWaiting', params: ({ event }) => event },
          actions: { type: 'countSettled', params: ({ event }) => event },
        },
        CANCEL: { target: '.canceling', actions: { type: 'keepReason', params: ({ event }) => event } },
        QUARANTINE: { target: '.quarantining', actions: { type: 'keepReason', params: ({ event }) => event } },
        'xstate.done.actor.step.*': [
          {
            guard: { type: 'failsFast', params: ({ event }) => event.output },
            target: '.draining',
            actions: [
              { type: 'countEnded', params: ({ event }) => event.output },
              { type: 'keepReason', params: ({ event }) => ({ reason: `step ${event.output.stepId} failed` }) },
              stopChild(({ event }) => event.actorId),
            ],
          },
          {
            guard: { type: 'escalates', params: ({ event }) => event.output },
            target: '.pausing',
            actions: [
              { type: 'countEnded', params: ({ event }) => event.output },
              { type: 'keepReason', params: ({ event }) => ({ reason: `step ${event.output.stepId} failed` }) },
              stopChild(({ event }) => event.actorId),
            ],
          },
          {
            actions: [{ type: 'countEnded', params: ({ event }) => event.output }, stopChild(({ event }) => event.actorId)],
          },
        ],
        'xstate.error.actor.step.*': {
          target: '.quarantining',
          actions: [
            { type: 'countLost', params: ({ event }) => event },
            { type: 'keepReason', params: ({ event }) => ({ reason: `${event.actorId} is broken: ${String(event.error)}` }) },
            stopChild(({ event }) => event.actorId),
          ],
        },
      },
      states: {
        active: {
          always: [
            { guard: 'allSettledWell', target: '#run.succeeded' },
            { guard: 'allSettled', target: '#run.failed', actions: 'nameFailures' },
          ],
          on: {
            PAUSE: { target: 'pausing', actions: { type: 'keepReason', params: ({ event }) => event } },
            IDLE: { guard: 'onlyPersonCanGoOn', target: 'awaitingPerson' },
          },
        },
        awaitingPerson: {
          tags: 'waitsForPerson',
          on: {
            DISPATCH: {},
            ASK: {},
            ANSWER: {
              guard: { type: 'isAwaiting', params: ({ event }) => event },
              target: 'active',
              actions: { type: 'passAnswer', params: ({ event }) => event },
            },
            PAUSE: { target: 'pausing', actions: { type: 'keepReason', params: ({ event }) => event } },
          },
        },
        pausing: {
          always: [
            { guard: 'allSettledWell', target: '#run.succeeded' },
            { guard: 'allSettled', target: '#run.failed', actions: 'nameFailures' },
            { guard: 'noneActive', target: 'paused' },
          ],
          on: {
            DISPATCH: {},
            ASK: {},
            UNPAUSE: {
              target: 'active',
              actions: ['forgetReason', 'raiseBudget', { type: 'proceedHeld', params: ({ event }) => event }],
            },
          },
        },
        paused: {
          tags: 'waitsForPerson',
          always: [
            { guard: 'allSettledWell', target: '#run.succeeded' },
            { guard: 'allSettled', target: '#run.failed', actions: 'nameFailures' },
          ],
          on: {
            DISPATCH: {},
            ASK: {},
            UNPAUSE: {
              target: 'active',
              actions: ['forgetReason', 'raiseBudget', { type: 'proceedHeld', params: ({ event }) => event }],
            },
          },
        },
        draining: {
          tags: 'stopping',
          entry: 'stopSteps',
          always: { guard: 'allSettled', target: '#run.failed', actions: 'nameFailures' },
          on: {
            HOLD: {
              guard: { type: 'isActive', params: ({ event }) => event },
              actions: [
                { type: 'holdStep', params: ({ event }) => event },
                { type: 'cancelStep', params: ({ event }) => event },
              ],
            },
            'xstate.done.actor.step.*': {
              actions: [{ type: 'countEnded', params: ({ event }) => event.output }, stopChild(({ event }) => event.actorId)],
            },
            'xstate.done.actor.deadline': {},
          },
        },
        canceling: {
          tags: 'stopping',
          entry: 'stopSteps',
          always: { guard: 'allSettled', target: '#run.canceled' },
          on: {
            HOLD: {
              guard: { type: 'isActive', params: ({ event }) => event },
              actions: [
                { type: 'holdStep', params: ({ event }) => event },
                { type: 'cancelStep', params: ({ event }) => event },
              ],
            },
            'xstate.done.actor.step.*': {
              actions: [{ type: 'countEnded', params: ({ event }) => event.output }, stopChild(({ event }) => event.actorId)],
            },
            CANCEL: { target: 'aborting' },
            'xstate.done.actor.deadline': { target: 'aborting' },
          },
        },
        aborting: {
          tags: ['stopping', 'abandoning'],
          entry: 'stopSteps',
          always: { guard: 'allSettled', target: '#run.canceled' },
          on: {
            HOLD: {
              guard: { type: 'isActive', params: ({ event }) => event },
              actions: [
                { type: 'holdStep', params: ({ event }) => event },
                { type: 'cancelStep', params: ({ event }) => event },
              ],
            },
            'xstate.done.actor.step.*': {
              actions: [{ type: 'countEnded', params: ({ event }) => event.output }, stopChild(({ event }) => event.actorId)],
            },
            DISPATCH: {},
            ASK: {},
            CANCEL: {},
            'xstate.done.actor.deadline': {},
          },
        },
        quarantining: {
          tags: ['stopping', 'abandoning'],
          entry: 'stopSteps',
          always: { guard: 'allSettled', target: '#run.quarantined' },
          on: {
            HOLD: {
              guard: { type: 'isActive', params: ({ event }) => event },
              actions: [
                { type: 'holdStep', params: ({ event }) => event },
                { type: 'cancelStep', params: ({ event }) => event },
              ],
            },
            'xstate.done.actor.step.*': {
              actions: [{ type: 'countEnded', params: ({ event }) => event.output }, stopChild(({ event }) => event.actorId)],
            },
            DISPATCH: {},
            ASK: {},
            CANCEL: {},
            QUARANTINE: {},
            'xstate.done.actor.deadline': {},
            'xstate.error.actor.step.*': {
              actions: [{ type: 'countLost', params: ({ event }) => event }, stopChild(({ event }) => event.actorId)],
            },
          },
        },
      },
    },
    failed: {
      tags: 'ended',
      on: {
        QUARANTINE: { target: 'quarantined', actions: { type: 'keepReason', params: ({ event }) => event } },
      },
    },
    succeeded: { type: 'final', tags: 'ended' },
    canceled: { type: 'final', tags: 'ended' },
    quarantined: { type: 'final', tags: 'ended' },
  },
});
