import { and, assign, createMachine, fromPromise, not, raise, spawnChild } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { bootstrapMachine } from '../../../machines/bootstrap.ts';
import { breakerMachine } from '../../../machines/breaker.ts';
import { runMachine } from '../../../machines/run.ts';
import { stepMachine } from '../../../machines/step.ts';

const hostile = 'a "b" \'c\' --> <d>;\n{e} #1; %%f';

/** Everything that a chart can have, under names that no format likes. */
const oddMachine = createMachine({
  id: 'odd one',
  type: 'parallel',
  description: 'Two */ regions',
  on: { '*': { actions: 'x' }, 'a.b.*': { target: '.left.idle' }, 'a.b': { target: '.right', reenter: true } },
  states: {
    left: {
      initial: 'idle',
      onDone: { target: '#named.end', guard: hostile },
      states: {
        idle: {
          after: { 1000: 'end', later: [{ target: 'idle', guard: 'g' }, { actions: 'late' }] },
          on: { [hostile]: 'idle', IGNORED: {} },
        },
        end: { type: 'final' },
        past: { type: 'history', history: 'deep', target: 'idle' },
        recent: { type: 'history' },
      },
    },
    right: {
      id: 'named',
      initial: 'p',
      onDone: '.end',
      entry: ['note', 'enter'],
      exit: 'leave',
      states: {
        p: {
          initial: 'p',
          tags: ['one', 'two'],
          invoke: [
            { src: 'work', onDone: 'end', onError: { target: 'p', reenter: true }, onSnapshot: { actions: 'see' } },
            { id: 'other', src: 'work', onDone: [{ guard: 'g', target: 'class' }, { target: ['#odd one.left.end', 'end'] }] },
          ],
          states: { p: { on: { A: '#named.p', B: { target: '#named.p', reenter: true, description: 'again' } } } },
        },
        class: {
          always: [
            { guard: 'g', target: 'end' },
            { guard: 'h', target: 'a-b' },
          ],
        },
        'a-b': { on: { style: '#odd one.left.past' } },
        a_b: {},
        'dotted.key': { on: { BACK: { guard: { type: 'atLeast', params: { count: 2 } }, target: 'p' } } },
        end: { type: 'final', entry: 'done', description: 'the end' },
      },
    },
  },
});

/** Guards, actions and actors that are functions, or made by XState. */
export const inlineMachine = createMachine({
  id: 'inline',
  initial: 'a',
  entry: [raise({ type: 'GO' }), assign({}), function shout() {}, () => {}],
  on: { SPAWN: { actions: spawnChild(fromPromise(() => Promise.resolve())) } },
  states: {
    a: {
      invoke: { src: fromPromise(() => Promise.resolve()) },
      after: { 10: 'b' },
      on: {
        GO: [
          { guard: and(['isReady', not('isLate')]), target: 'b' },
          { guard: () => true, target: 'b' },
          { guard: { type: 'isLate' }, actions: { type: 'keepLate' } },
        ],
      },
    },
    b: { invoke: { src: createMachine({ id: 'inner' }) } },
  },
});

/** Our machines and the odd ones, by name. */
export const machines: readonly (readonly [string, AnyStateMachine])[] = [
  ['run', runMachine],
  ['step', stepMachine],
  ['breaker', breakerMachine],
  ['odd', oddMachine],
  ['inline', inlineMachine],
  ['bootstrap', bootstrapMachine],
];
