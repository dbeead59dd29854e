import { fromPromise, setup } from 'xstate';

/** The chart bootstrap 1.0.0, without what its guards, actions and actors do. */
export const bootstrapMachine = setup({
  types: {
    events: {} as { type: 'CANCEL' } | { type: 'KEEP' } | { type: 'REPLACE' },
  },
  actors: {
    compare: fromPromise(async () => {}),
    discover: fromPromise(async () => {}),
    generate: fromPromise(async () => {}),
    select: fromPromise(async () => {}),
    validate: fromPromise(async () => {}),
    write: fromPromise(async () => {}),
  },
  guards: {
    canAsk: () => true,
    hasObstacle: () => true,
    isLast: () => true,
    isToStop: () => true,
    isValid: () => true,
    lacksSomething: () => true,
    mayReplace: () => true,
    nothingDiffers: () => true,
    writesNothing: () => true,
  },
  actions: {
    countWritten: () => {},
    keepCancel: () => {},
    keepComparison: () => {},
    keepDiscovery: () => {},
    keepError: () => {},
    keepFiles: () => {},
    keepSelection: () => {},
    keepVerdict: () => {},
    noteCancel: () => {},
    noteUnwritten: () => {},
    stopAsNoted: () => {},
  },
}).createMachine({
  id: 'bootstrap',
  version: '1.0.0',
  initial: 'discovering',
  on: {
    CANCEL: { target: '#bootstrap.canceled', actions: 'keepCancel' },
  },
  states: {
    discovering: {
      invoke: {
        id: 'discover',
        src: 'discover',
        onDone: { target: '#bootstrap.selecting', actions: 'keepDiscovery' },
        onError: { target: '#bootstrap.failed', actions: 'keepError' },
      },
    },
    selecting: {
      invoke: {
        id: 'select',
        src: 'select',
        onDone: { target: '#bootstrap.generating', actions: 'keepSelection' },
        onError: { target: '#bootstrap.failed', actions: 'keepError' },
      },
    },
    generating: {
      invoke: {
        id: 'generate',
        src: 'generate',
        onDone: { target: '#bootstrap.validating', actions: 'keepFiles' },
        onError: { target: '#bootstrap.failed', actions: 'keepError' },
      },
    },
    validating: {
      invoke: {
        id: 'validate',
        src: 'validate',
        onDone: [
          { guard: 'isValid', target: '#bootstrap.comparing', actions: 'keepVerdict' },
          { target: '#bootstrap.failed', actions: 'keepVerdict' },
        ],
        onError: { target: '#bootstrap.failed', actions: 'keepError' },
      },
    },
    comparing: {
      invoke: {
        id: 'compare',
        src: 'compare',
        onDone: [
          { guard: 'hasObstacle', target: '#bootstrap.failed', actions: 'keepComparison' },
          { guard: 'nothingDiffers', target: '#bootstrap.concluding', actions: 'keepComparison' },
          { guard: 'writesNothing', target: '#bootstrap.previewed', actions: 'keepComparison' },
          { guard: 'mayReplace', target: '#bootstrap.writing', actions: 'keepComparison' },
          { guard: 'canAsk', target: '#bootstrap.asking', actions: 'keepComparison' },
          { target: '#bootstrap.needsHuman', actions: 'keepComparison' },
        ],
        onError: { target: '#bootstrap.failed', actions: 'keepError' },
      },
    },
    asking: {
      on: {
        REPLACE: { target: '#bootstrap.writing' },
        KEEP: { target: '#bootstrap.needsHuman' },
      },
    },
    writing: {
      invoke: {
        id: 'write',
        src: 'write',
        onDone: [
          { guard: 'isLast', target: '#bootstrap.concluding', actions: 'countWritten' },
          { guard: 'isToStop', target: '#bootstrap.canceled', actions: ['countWritten', 'stopAsNoted'] },
          { target: '#bootstrap.writing', reenter: true, actions: 'countWritten' },
        ],
        onError: { target: '#bootstrap.failed', actions: ['keepError', 'noteUnwritten'] },
      },
      on: {
        CANCEL: { actions: 'noteCancel' },
      },
    },
    concluding: { always: [{ guard: 'lacksSomething', target: '#bootstrap.partial' }, { target: '#bootstrap.ready' }] },
    ready: { type: 'final' },
    partial: { type: 'final' },
    previewed: { type: 'final' },
    needsHuman: { type: 'final' },
    failed: { type: 'final' },
    canceled: { type: 'final' },
  },
});
