import { setup } from 'xstate';

/** The chart breaker 1.0.0, without what its guards, actions and actors do. */
export const breakerMachine = setup({
  types: {
    events: {} as { type: 'CALL' } | { type: 'CONFIGURE' } | { type: 'DROPPED' } | { type: 'FAILED' } | { type: 'SUCCEEDED' },
  },
  guards: {
    hasFreeProbe: () => true,
    hasRecovered: () => true,
    isProbe: () => true,
    reachesThreshold: () => true,
  },
  actions: {
    beginProbe: () => {},
    configure: () => {},
    countFailure: () => {},
    dropProbe: () => {},
    forgetFailures: () => {},
    forgetTrouble: () => {},
    setReopening: () => {},
  },
}).createMachine({
  id: 'breaker',
  version: '1.0.0',
  initial: 'closed',
  on: {
    CONFIGURE: { actions: 'configure' },
  },
  states: {
    closed: {
      on: {
        CALL: { target: '#breaker.closed' },
        SUCCEEDED: { actions: 'forgetFailures' },
        FAILED: [
          { guard: 'reachesThreshold', target: '#breaker.open', actions: ['countFailure', 'setReopening'] },
          { actions: 'countFailure' },
        ],
      },
    },
    open: {
      on: {
        CALL: { guard: 'hasRecovered', target: '#breaker.half_open', actions: 'beginProbe' },
      },
    },
    half_open: {
      on: {
        CALL: { guard: 'hasFreeProbe', actions: 'beginProbe' },
        SUCCEEDED: { guard: 'isProbe', target: '#breaker.closed', actions: 'forgetTrouble' },
        FAILED: { guard: 'isProbe', target: '#breaker.open', actions: 'setReopening' },
        DROPPED: { guard: 'isProbe', actions: 'dropProbe' },
      },
    },
  },
});
