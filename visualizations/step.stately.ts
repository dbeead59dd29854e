import { fromPromise, setup } from 'xstate';

/** The chart step 1.1.0, without what its guards, actions and actors do. */
export const stepMachine = setup({
  types: {
    events: {} as { type: 'APPROVE' } | { type: 'CANCEL' } | { type: 'PROCEED' } | { type: 'REJECT' },
  },
  actors: {
    attempt: fromPromise(async () => {}),
    check: fromPromise(async () => {}),
    route: fromPromise(async () => {}),
    sleepUntil: fromPromise(async () => {}),
    stopAttempt: fromPromise(async () => {}),
    validate: fromPromise(async () => {}),
  },
  guards: {
    approvesByDefault: () => true,
    asksPerson: () => true,
    checkHolds: () => true,
    hasObstacle: () => true,
    isOverBudget: () => true,
    isRouted: () => true,
    lastCheckHolds: () => true,
    mayRetry: () => true,
    mayTryNextTool: () => true,
    rerunsInterrupted: () => true,
    routesInterrupted: () => true,
    succeeded: () => true,
    succeededWithChecks: () => true,
    succeededWithOutputs: () => true,
    toolIsPicked: () => true,
    wasInterrupted: () => true,
  },
  actions: {
    beginAttempt: () => {},
    beginChecks: () => {},
    countSkipped: () => {},
    dropOutputs: () => {},
    keepAnswer: () => {},
    keepCancel: () => {},
    keepHeld: () => {},
    keepObstacle: () => {},
    keepOutcome: () => {},
    keepOutputs: () => {},
    keepRequest: () => {},
    keepStepTimeout: () => {},
    keepSuccess: () => {},
    keepTimeout: () => {},
    keepTool: () => {},
    nextCheck: () => {},
    noteInterruption: () => {},
    planBackoff: () => {},
    putOffDeadline: () => {},
    repeatCheck: () => {},
    spendTool: () => {},
  },
}).createMachine({
  id: 'step',
  version: '1.1.0',
  initial: 'dispatched',
  states: {
    dispatched: {
      always: [
        { guard: 'hasObstacle', target: '#step.failed' },
        { guard: 'asksPerson', target: '#step.awaitingApproval' },
        { guard: 'isRouted', target: '#step.routing' },
        { target: '#step.attempting', actions: 'beginAttempt' },
      ],
    },
    routing: {
      invoke: [
        {
          id: 'route',
          src: 'route',
          onDone: [
            { guard: 'toolIsPicked', target: '#step.attempting', actions: ['keepRequest', 'keepTool', 'beginAttempt'] },
            { guard: 'isOverBudget', target: '#step.held', actions: ['keepRequest', 'keepHeld'] },
            { target: '#step.failed', actions: ['keepRequest', 'keepObstacle'] },
          ],
        },
        {
          id: 'deadline',
          src: 'sleepUntil',
          onDone: { target: '#step.failed', actions: 'keepStepTimeout' },
        },
      ],
      on: {
        CANCEL: { target: '#step.canceled', actions: 'keepCancel' },
      },
    },
    held: {
      on: {
        PROCEED: { target: '#step.routing', actions: 'putOffDeadline' },
        CANCEL: { target: '#step.canceled', actions: 'keepCancel' },
      },
    },
    awaitingApproval: {
      invoke: {
        id: 'approvalDeadline',
        src: 'sleepUntil',
        onDone: [
          { guard: 'approvesByDefault', target: '#step.succeeded', actions: 'keepAnswer' },
          { target: '#step.failed', actions: 'keepAnswer' },
        ],
      },
      on: {
        APPROVE: { target: '#step.succeeded', actions: 'keepAnswer' },
        REJECT: { target: '#step.failed', actions: 'keepAnswer' },
        CANCEL: { target: '#step.canceled', actions: 'keepCancel' },
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
              onDone: [
                { guard: 'routesInterrupted', target: '#step.routing', actions: ['noteInterruption', 'countSkipped'] },
                {
                  guard: 'rerunsInterrupted',
                  target: '#step.attempting',
                  reenter: true,
                  actions: ['noteInterruption', 'beginAttempt'],
                },
                { guard: 'succeededWithOutputs', target: '#step.attempting.validating' },
                { guard: 'succeededWithChecks', target: '#step.attempting.verifying', actions: 'beginChecks' },
                { guard: 'succeeded', target: '#step.succeeded', actions: 'keepOutcome' },
                { guard: 'mayRetry', target: '#step.backoff', actions: ['keepOutcome', 'planBackoff'] },
                { guard: 'mayTryNextTool', target: '#step.routing', actions: ['keepOutcome', 'spendTool'] },
                { target: '#step.failed', actions: 'keepOutcome' },
              ],
            },
            {
              id: 'deadline',
              src: 'sleepUntil',
              onDone: { target: '#step.attempting.stopping', actions: 'keepTimeout' },
            },
          ],
          on: {
            CANCEL: { target: '#step.canceling', actions: 'keepCancel' },
          },
        },
        validating: {
          invoke: {
            id: 'validate',
            src: 'validate',
            onDone: [
              { guard: 'succeededWithChecks', target: '#step.attempting.verifying', actions: ['keepOutputs', 'beginChecks'] },
              { guard: 'succeeded', target: '#step.succeeded', actions: ['keepOutcome', 'keepOutputs'] },
              { guard: 'mayRetry', target: '#step.backoff', actions: ['keepOutcome', 'planBackoff'] },
              { guard: 'mayTryNextTool', target: '#step.routing', actions: ['keepOutcome', 'spendTool'] },
              { target: '#step.failed', actions: 'keepOutcome' },
            ],
          },
          on: {
            CANCEL: { target: '#step.canceled', actions: 'keepCancel' },
          },
        },
        stopping: {
          invoke: {
            id: 'stopAttempt',
            src: 'stopAttempt',
            onDone: [
              { guard: 'succeededWithOutputs', target: '#step.attempting.validating' },
              { guard: 'succeededWithChecks', target: '#step.attempting.verifying', actions: 'beginChecks' },
              { guard: 'succeeded', target: '#step.succeeded', actions: 'keepOutcome' },
              { guard: 'mayRetry', target: '#step.backoff', actions: ['keepOutcome', 'planBackoff'] },
              { guard: 'mayTryNextTool', target: '#step.routing', actions: ['keepOutcome', 'spendTool'] },
              { target: '#step.failed', actions: 'keepOutcome' },
            ],
          },
          on: {
            CANCEL: { target: '#step.canceling', actions: 'keepCancel' },
          },
        },
        verifying: {
          invoke: [
            {
              id: 'check',
              src: 'check',
              onDone: [
                { guard: 'wasInterrupted', target: '#step.attempting.verifying', reenter: true, actions: 'repeatCheck' },
                { guard: 'lastCheckHolds', target: '#step.succeeded', actions: 'keepSuccess' },
                { guard: 'checkHolds', target: '#step.attempting.verifying', reenter: true, actions: 'nextCheck' },
                { guard: 'mayRetry', target: '#step.backoff', actions: ['keepOutcome', 'planBackoff'] },
                { guard: 'mayTryNextTool', target: '#step.routing', actions: ['keepOutcome', 'spendTool'] },
                { target: '#step.failed', actions: 'keepOutcome' },
              ],
            },
            {
              id: 'deadline',
              src: 'sleepUntil',
              onDone: { target: '#step.attempting.stoppingCheck', actions: 'keepTimeout' },
            },
          ],
          on: {
            CANCEL: { target: '#step.canceling', actions: 'keepCancel' },
          },
        },
        stoppingCheck: {
          invoke: {
            id: 'stopAttempt',
            src: 'stopAttempt',
            onDone: [
              { guard: 'lastCheckHolds', target: '#step.succeeded', actions: 'keepSuccess' },
              { guard: 'checkHolds', target: '#step.attempting.verifying', reenter: true, actions: 'nextCheck' },
              { guard: 'mayRetry', target: '#step.backoff', actions: ['keepOutcome', 'planBackoff'] },
              { guard: 'mayTryNextTool', target: '#step.routing', actions: ['keepOutcome', 'spendTool'] },
              { target: '#step.failed', actions: 'keepOutcome' },
            ],
          },
          on: {
            CANCEL: { target: '#step.canceling', actions: 'keepCancel' },
          },
        },
      },
    },
    backoff: {
      invoke: {
        id: 'backoff',
        src: 'sleepUntil',
        onDone: [
          { guard: 'isRouted', target: '#step.routing', actions: 'countSkipped' },
          { target: '#step.attempting', actions: 'beginAttempt' },
        ],
      },
      on: {
        CANCEL: { target: '#step.canceled', actions: 'keepCancel' },
      },
    },
    canceling: {
      invoke: {
        id: 'stopAttempt',
        src: 'stopAttempt',
        onDone: { target: '#step.canceled' },
      },
    },
    succeeded: { type: 'final' },
    failed: { type: 'final', entry: 'dropOutputs' },
    canceled: { type: 'final', entry: 'dropOutputs' },
  },
});
