import {
  assign,
  createMachine,
  emit,
  enqueueActions,
  fromCallback,
  fromPromise,
  log,
  raise,
  sendTo,
  setup,
  stopChild,
} from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Samples } from '../../../../src/charts/verify/guards-said.ts';

/** What must never happen while a test is generated or run: an effect of the machine. */
function effect(): never {
  throw new Error('an effect was performed');
}

interface OrderContext {
  readonly paid: number;
  readonly total: number;
  readonly note: string | null;
  readonly cents: bigint;
  readonly watcher: unknown;
}

/** Nearly all that XState has: guards by name and inline, delays, actors that are invoked and spawned, regions, history, input, output, effects. */
const orderMachine = setup({
  types: {
    context: {} as OrderContext,
    events: {} as { type: 'PAY'; amount: number } | { type: 'SLEEP' | 'WAKE' | 'TICK' | 'LEFT' | 'RIGHT' | 'BACK' | 'STOP' },
    input: {} as { total: number },
    output: {} as { paid: number },
    emitted: {} as { type: 'late' },
  },
  actors: { charge: fromPromise(effect), watch: fromCallback(effect) },
  guards: { isEnough: ({ context }, params: { least: number }) => context.paid >= params.least },
  actions: {
    beep: effect,
    add: assign({ paid: ({ context, event }) => context.paid + (event.type === 'PAY' ? event.amount : 0) }),
  },
  delays: { patience: ({ context }) => context.total * 10, short: 50 },
}).createMachine({
  id: 'order',
  context: ({ input, spawn }) => ({
    paid: 0,
    total: input.total,
    note: null,
    cents: 12n,
    watcher: spawn('watch', { id: 'first' }),
  }),
  initial: 'open',
  output: ({ context }) => ({ paid: context.paid }),
  entry: log('hello'),
  states: {
    open: {
      entry: ['beep', () => effect()],
      exit: function leaving() {
        effect();
      },
      after: {
        patience: { target: 'late', actions: emit({ type: 'late' }) },
        20: { actions: assign({ note: 'hurry' }) },
      },
      on: {
        PAY: [
          { guard: { type: 'isEnough', params: { least: 5 } }, target: 'busy', actions: ['add', raise({ type: 'TICK' })] },
          { guard: ({ event }) => event.amount > 100, target: 'late' },
          { actions: 'add' },
        ],
      },
    },
    busy: {
      invoke: {
        src: 'charge',
        onDone: { target: 'shipping', actions: assign({ note: ({ event }) => String(event.output) }) },
        onError: { target: 'late', actions: 'beep' },
      },
      on: {
        TICK: {
          actions: enqueueActions(({ enqueue }) => {
            enqueue.assign({ note: 'ticked' });
            enqueue('beep');
          }),
        },
      },
    },
    shipping: {
      type: 'parallel',
      entry: sendTo('first', { type: 'SHIP' }),
      onDone: 'done',
      on: { SLEEP: 'asleep' },
      states: {
        box: { initial: 'empty', states: { empty: { on: { LEFT: 'full' } }, full: { type: 'final' } } },
        label: { initial: 'blank', states: { blank: { on: { RIGHT: 'written' } }, written: { type: 'final' } } },
        gift: {
          initial: 'asked',
          states: {
            asked: { always: { guard: ({ context }) => context.paid > 9, target: 'answered' }, after: { short: 'answered' } },
            answered: { type: 'final' },
          },
        },
        past: { type: 'history', history: 'deep' },
      },
    },
    asleep: { on: { WAKE: 'shipping.past', '*': { actions: 'beep' } } },
    late: { on: { BACK: 'open', STOP: { target: 'done', actions: stopChild('first') } } },
    done: { type: 'final' },
  },
});

const orderSamples: Samples = {
  inputs: [{ total: 3 }, { total: 500 }],
  events: (snapshot: AnyMachineSnapshot) => [
    ...((snapshot.context as OrderContext).paid < 12 ? [2, 5, 101].map((amount) => ({ type: 'PAY', amount })) : []),
    ...['SLEEP', 'WAKE', 'TICK', 'LEFT', 'RIGHT', 'BACK', 'STOP', 'OTHER'].map((type) => ({ type })),
    { type: 'xstate.done.actor.0.order.busy', output: 'a receipt' },
    { type: 'xstate.error.actor.0.order.busy', error: 'declined' },
  ],
};

/** As from a .json file: guards, actions, delays and actors are names without anything behind them. */
const lightMachine = createMachine({
  id: 'light',
  initial: 'green',
  context: { counted: 0 },
  states: {
    green: {
      entry: 'shine',
      after: { 30: { target: 'yellow', guard: 'isDark' }, long: 'red' },
      on: { GO: { target: 'red', guard: { type: 'mayGo' }, actions: 'note' } },
    },
    yellow: { invoke: { src: 'wait', onDone: 'red', onError: 'broken' } },
    red: {
      type: 'parallel',
      onDone: 'green',
      states: {
        left: { initial: 'on', states: { on: { on: { A: 'off' } }, off: { type: 'final' } } },
        right: { initial: 'on', states: { on: { on: { B: 'off' } }, off: { type: 'final' } } },
      },
    },
    broken: { type: 'final' },
  },
} as never) as AnyStateMachine;

/** It throws where it assigns, and asks a guard that never says yes. */
export const brokenMachine = createMachine({
  id: 'broken',
  context: { count: 0 },
  initial: 'a',
  states: {
    a: { on: { BAD: { actions: assign({ count: effect }) }, GO: { target: 'b', actions: effect } } },
    b: { always: { guard: () => false, target: 'a' }, on: { '*': 'c' } },
    c: { type: 'final' },
  },
});

/** Machines of users, with what they are tried with. */
export const userMachines: readonly (readonly [name: string, machine: AnyStateMachine, samples: Samples | null])[] = [
  ['order', orderMachine, orderSamples],
  ['light', lightMachine, null],
];
