import { fromPromise, setup } from 'xstate';

/** The chart run 1.1.0, without what its guards, actions and actors do. */
export const runMachine = setup({
  types: {
    events: {} as
      | { type: 'ANSWER' }
      | { type: 'ASK' }
      | { type: 'CALL' }
      | { type: 'CANCEL' }
      | { type: 'DISPATCH' }
      | { type: 'HOLD' }
      | { type: 'IDLE' }
      | { type: 'PAUSE' }
      | { type: 'QUARANTINE' }
      | { type: 'SETTLE' }
      | { type: 'SPEND' }
      | { type: 'START' }
      | { type: 'UNPAUSE' }
      | { type: `xstate.done.actor.step.${string}` }
      | { type: `xstate.error.actor.step.${string}` },
  },
  actors: {
    sleepUntil: fromPromise(async () => {}),
  },
  guards: {
    allSettled: () => true,
    allSettledWell: () => true,
    anyWaiting: () => true,
    areWaiting: () => true,
    escalates: () => true,
    failsFast: () => true,
    isActive: () => true,
    isAwaiting: () => true,
    mayCall: () => true,
    noneActive: () => true,
    onlyPersonCanGoOn: () => true,
    slotIsFree: () => true,
    wasGranted: () => true,
  },
  actions: {
    begin: () => {},
    cancelStep: () => {},
    cancelWaiting: () => {},
    countAsked: () => {},
    countDispatched: () => {},
    countEnded: () => {},
    countLost: () => {},
    countSettled: () => {},
    countSpending: () => {},
    forgetReason: () => {},
    grantCall: () => {},
    holdStep: () => {},
    keepFirstReason: () => {},
    keepReason: () => {},
    nameFailures: () => {},
    passAnswer: () => {},
    proceedHeld: () => {},
    raiseBudget: () => {},
    'spawnChild(step)': () => {},
    stopChild: () => {},
    stopSteps: () => {},
  },
}).createMachine({
  id: 'run',
  version: '1.1.0',
  initial: 'pending',
  states: {
    pending: {
      on: {
        START: { target: '#run.running', actions: 'begin' },
        CANCEL: { target: '#run.canceled', actions: ['cancelWaiting', 'keepReason'] },
      },
    },
    running: {
      initial: 'active',
      invoke: {
        id: 'deadline',
        src: 'sleepUntil',
        onDone: { target: '#run.running.draining', actions: 'keepReason' },
        onError: { target: '#run.running.quarantining', actions: 'keepReason' },
      },
      on: {
        DISPATCH: { guard: 'slotIsFree', actions: ['countDispatched', 'spawnChild(step)'] },
        ASK: { guard: 'anyWaiting', actions: ['countAsked', 'spawnChild(step)'] },
        ANSWER: { guard: 'isAwaiting', actions: 'passAnswer' },
        CALL: { guard: 'mayCall', actions: 'grantCall' },
        SPEND: { guard: 'wasGranted', actions: 'countSpending' },
        HOLD: { guard: 'isActive', target: '#run.running.pausing', actions: ['holdStep', 'keepFirstReason'] },
        SETTLE: { guard: 'areWaiting', actions: 'countSettled' },
        CANCEL: { target: '#run.running.canceling', actions: 'keepReason' },
        QUARANTINE: { target: '#run.running.quarantining', actions: 'keepReason' },
        'xstate.done.actor.step.*': [
          { guard: 'failsFast', target: '#run.running.draining', actions: ['countEnded', 'keepReason', 'stopChild'] },
          { guard: 'escalates', target: '#run.running.pausing', actions: ['countEnded', 'keepReason', 'stopChild'] },
          { actions: ['countEnded', 'stopChild'] },
        ],
        'xstate.error.actor.step.*': { target: '#run.running.quarantining', actions: ['countLost', 'keepReason', 'stopChild'] },
      },
      states: {
        active: {
          always: [
            { guard: 'allSettledWell', target: '#run.succeeded' },
            { guard: 'allSettled', target: '#run.failed', actions: 'nameFailures' },
          ],
          on: {
            PAUSE: { target: '#run.running.pausing', actions: 'keepReason' },
            IDLE: { guard: 'onlyPersonCanGoOn', target: '#run.running.awaitingPerson' },
          },
        },
        awaitingPerson: {
          tags: 'waitsForPerson',
          on: {
            DISPATCH: {},
            ASK: {},
            ANSWER: { guard: 'isAwaiting', target: '#run.running.active', actions: 'passAnswer' },
            PAUSE: { target: '#run.running.pausing', actions: 'keepReason' },
          },
        },
        pausing: {
          always: [
            { guard: 'allSettledWell', target: '#run.succeeded' },
            { guard: 'allSettled', target: '#run.failed', actions: 'nameFailures' },
            { guard: 'noneActive', target: '#run.running.paused' },
          ],
          on: {
            DISPATCH: {},
            ASK: {},
            UNPAUSE: { target: '#run.running.active', actions: ['forgetReason', 'raiseBudget', 'proceedHeld'] },
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
            UNPAUSE: { target: '#run.running.active', actions: ['forgetReason', 'raiseBudget', 'proceedHeld'] },
          },
        },
        draining: {
          tags: 'stopping',
          entry: 'stopSteps',
          always: { guard: 'allSettled', target: '#run.failed', actions: 'nameFailures' },
          on: {
            HOLD: { guard: 'isActive', actions: ['holdStep', 'cancelStep'] },
            'xstate.done.actor.step.*': { actions: ['countEnded', 'stopChild'] },
            'xstate.done.actor.deadline': {},
          },
        },
        canceling: {
          tags: 'stopping',
          entry: 'stopSteps',
          always: { guard: 'allSettled', target: '#run.canceled' },
          on: {
            HOLD: { guard: 'isActive', actions: ['holdStep', 'cancelStep'] },
            'xstate.done.actor.step.*': { actions: ['countEnded', 'stopChild'] },
            CANCEL: { target: '#run.running.aborting' },
            'xstate.done.actor.deadline': { target: '#run.running.aborting' },
          },
        },
        aborting: {
          tags: ['stopping', 'abandoning'],
          entry: 'stopSteps',
          always: { guard: 'allSettled', target: '#run.canceled' },
          on: {
            HOLD: { guard: 'isActive', actions: ['holdStep', 'cancelStep'] },
            'xstate.done.actor.step.*': { actions: ['countEnded', 'stopChild'] },
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
            HOLD: { guard: 'isActive', actions: ['holdStep', 'cancelStep'] },
            'xstate.done.actor.step.*': { actions: ['countEnded', 'stopChild'] },
            DISPATCH: {},
            ASK: {},
            CANCEL: {},
            QUARANTINE: {},
            'xstate.done.actor.deadline': {},
            'xstate.error.actor.step.*': { actions: ['countLost', 'stopChild'] },
          },
        },
      },
    },
    failed: {
      tags: 'ended',
      on: {
        QUARANTINE: { target: '#run.quarantined', actions: 'keepReason' },
      },
    },
    succeeded: { type: 'final', tags: 'ended' },
    canceled: { type: 'final', tags: 'ended' },
    quarantined: { type: 'final', tags: 'ended' },
  },
});
