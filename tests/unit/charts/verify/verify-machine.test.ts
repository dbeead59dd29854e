import { describe, expect, it } from 'vitest';
import { assign, createMachine, not, setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { breakerMachine } from '../../../../machines/breaker.ts';
import { runMachine } from '../../../../machines/run.ts';
import { stepMachine } from '../../../../machines/step.ts';
import { verifyReportSchema } from '../../../../schemas/cli/verify-report.ts';
import type { Finding } from '../../../../schemas/cli/verify-report.ts';
import { renderVerdict, verdictExitCode } from '../../../../src/charts/verify/render-verdict.ts';
import { verifyMachine } from '../../../../src/charts/verify/verify-machine.ts';

/** A machine `m` with these states, of which the first is the initial one. */
function machine(states: object, more: object = {}): AnyStateMachine {
  return createMachine({ id: 'm', initial: Object.keys(states)[0], states, ...more } as never);
}

/** The only error of a machine. */
function errorOf(faulty: AnyStateMachine): Finding {
  const report = verifyMachine(faulty);
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  expect(report.verdict).toBe('failed');
  expect(verdictExitCode([report])).toBe(1);
  expect(errors).toHaveLength(1);
  return errors[0] as Finding;
}

function eventsOf({ path }: Finding): readonly string[] | null {
  return path?.map(({ event }) => event) ?? null;
}

describe('of our own machines', () => {
  it.each([
    ['run', runMachine, 'end'],
    ['step', stepMachine, 'end'],
    ['breaker', breakerMachine, 'return'],
  ])('%s passes, with every state and every transition reached', (_, own, goal) => {
    const report = verifyMachine(own);
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', goal, bounds_met: [] });
    expect(report.states.reached).toBe(report.states.total);
    expect(report.transitions.taken).toBe(report.transitions.total);
    expect(verifyReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(verdictExitCode([report])).toBe(0);
  });

  it('says of every event in every state of the breaker what becomes of it', () => {
    const pairs = verifyMachine(breakerMachine).pairs;
    expect(pairs).toHaveLength(3 * 5);
    expect(pairs.find(({ state, event }) => state === 'breaker.open' && event === 'CALL')).toEqual({
      state: 'breaker.open',
      event: 'CALL',
      outcome: 'taken',
      may_be_refused: true,
      ways: [{ transition: 'breaker.open CALL', guards: [{ guard: 'hasRecovered', at: 'breaker.open CALL', said: true }] }],
    });
    expect(pairs.find(({ state, event }) => state === 'breaker.open' && event === 'FAILED')?.outcome).toBe('refused');
  });
});

describe('finds', () => {
  it('a state that nothing enters, by its outermost', () => {
    const found = errorOf(
      machine({ a: { on: { GO: 'c' } }, b: { initial: 'x', states: { x: {} }, on: { GO: 'c' } }, c: { type: 'final' } }),
    );
    expect(found).toMatchObject({ code: 'unreachable_state', states: ['m.b'], path: null });
  });

  it('a transition in the shadow of one without a guard, with the way to its state', () => {
    const shadowed = [{ target: 'c' }, { guard: 'late', target: 'a' }];
    const found = errorOf(machine({ a: { on: { GO: 'b' } }, b: { on: { GO: shadowed } }, c: { type: 'final' } }));
    expect(found).toMatchObject({ code: 'shadowed', transitions: ['m.b GO #2', 'm.b GO'] });
    expect(found.message).toContain('guard late');
    expect(eventsOf(found)).toEqual(['', 'GO']);
  });

  it('a transition whose event a state inside always takes first', () => {
    const found = errorOf(
      machine({ a: { initial: 'x', states: { x: { on: { GO: '#m.b' } } }, on: { GO: 'a' } }, b: { type: 'final' } }),
    );
    expect(found).toMatchObject({ code: 'never_taken', transitions: ['m.a GO'] });
  });

  it('a transition on the end of an actor that its state never has', () => {
    const found = errorOf(
      machine({
        a: { invoke: { id: 'w', src: 'work', onDone: 'b', onError: 'b' } },
        b: { on: { 'xstate.done.actor.w': 'a', GO: 'c' } },
        c: { type: 'final' },
      }),
    );
    expect(found).toMatchObject({ code: 'never_taken', transitions: ['m.b xstate.done.actor.w'] });
    expect(found.message).toContain('never active together');
  });

  it('a circle of states that never ends, by the shortest way into it and the answer that leads there', () => {
    const found = errorOf(
      machine({
        a: { on: { LONG: 'l', GO: [{ guard: 'isBad', target: 'x' }, { target: 'e' }] } },
        l: { on: { GO: 'x', END: 'e' } },
        x: { on: { GO: 'y' } },
        y: { on: { GO: 'x' } },
        e: { type: 'final' },
      }),
    );
    expect(found).toMatchObject({ code: 'dead_end', states: ['m.x'] });
    expect(found.path).toEqual([
      { event: '', guards: [], to: ['m.a'] },
      { event: 'GO', guards: [{ guard: 'isBad', at: 'm.a GO', said: true }], to: ['m.x'] },
    ]);
  });

  it('in a machine without an end a place from which the start is never reached again', () => {
    const found = errorOf(machine({ a: { on: { GO: 'x' } }, x: { on: { GO: 'y' } }, y: { on: { GO: 'x' } } }));
    expect(found).toMatchObject({ code: 'no_return', states: ['m.x'] });
    expect(eventsOf(found)).toEqual(['', 'GO']);
  });

  it('a state that takes no event, a forbidden one included', () => {
    const found = errorOf(machine({ a: { on: { GO: 'b', END: 'e' } }, b: { on: { GO: {} } }, e: { type: 'final' } }));
    expect(found).toMatchObject({ code: 'deadlock', states: ['m.b'] });
    expect(eventsOf(found)).toEqual(['', 'GO']);
  });

  it('a final state with a transition of its own', () => {
    const found = errorOf(machine({ a: { on: { GO: 'e' } }, e: { type: 'final', on: { GO: 'a' } } }));
    expect(found).toMatchObject({ code: 'final_leaves', states: ['m.e'], transitions: ['m.e GO'] });
    expect(eventsOf(found)).toEqual(['', 'GO']);
  });

  it('a turn that never ends', () => {
    const report = verifyMachine(
      machine({ a: { on: { GO: 'b', END: 'e' } }, b: { always: 'c' }, c: { always: 'b' }, e: { type: 'final' } }),
    );
    const found = report.findings.find(({ code }) => code === 'always_cycle') as Finding;
    expect(found).toMatchObject({ severity: 'error', states: ['m.b', 'm.c'], transitions: ['m.b always', 'm.c always'] });
    expect(found.path).toEqual([
      { event: '', guards: [], to: ['m.a'] },
      { event: 'GO', guards: [], to: [] },
    ]);
  });

  it('a turn that goes in circles while a guard says the same, as a warning', () => {
    const report = verifyMachine(
      machine({ a: { always: [{ guard: 'more', target: 'b' }, { target: 'e' }] }, b: { always: 'a' }, e: { type: 'final' } }),
    );
    expect(report.verdict).toBe('passed');
    expect(report.findings).toMatchObject([{ code: 'possible_cycle', severity: 'warning', states: ['m.a', 'm.b'] }]);
  });

  it('an actor whose error nothing takes, as a warning; one around it may take it', () => {
    const states = { a: { invoke: { id: 'w', src: 'work', onDone: 'e' } }, e: { type: 'final' } };
    expect(verifyMachine(machine(states)).findings).toMatchObject([
      { code: 'no_error_transition', severity: 'warning', states: ['m.a'] },
    ]);
    expect(verifyMachine(machine(states, { on: { 'xstate.error.actor.*': '.e' } })).findings).toEqual([]);
  });
});

describe('of guards', () => {
  const counter = setup({
    types: {
      context: {} as { n: number; limit: number },
      input: {} as { limit: number },
      events: {} as { type: 'ADD' | 'END'; by: number },
    },
    guards: { isFull: ({ context }) => context.n >= context.limit, isNegative: (_, params: { by: number }) => params.by < 0 },
  }).createMachine({
    id: 'counter',
    context: ({ input }) => ({ n: 0, limit: input.limit }),
    initial: 'counting',
    states: {
      counting: {
        on: {
          ADD: [
            { guard: { type: 'isNegative', params: ({ event }) => ({ by: event.by }) }, target: 'broken' },
            { guard: not('isFull'), actions: assign({ n: ({ context, event }) => context.n + event.by }) },
          ],
          END: { guard: 'isFull', target: 'full' },
        },
      },
      broken: { type: 'final' },
      full: { type: 'final' },
    },
  });
  const add = { type: 'ADD', by: 1 };
  const end = { type: 'END', by: 0 };

  it('asks the real ones along the samples, and finds one that never holds', () => {
    const report = verifyMachine(counter, { samples: { inputs: [{ limit: 2 }], events: [add, end] } });
    expect(report.guards).toEqual({ total: 3, said_true: 2, said_false: 3, snapshots: 4 });
    expect(report.findings).toMatchObject([
      { code: 'guard_never_true', severity: 'error', transitions: ['counter.counting ADD'] },
    ]);
    expect(eventsOf(report.findings[0] as Finding)).toEqual(['', 'ADD']);
  });

  it('passes where each has said both', () => {
    const report = verifyMachine(counter, { samples: { inputs: [{ limit: 1 }], events: () => [add, { ...add, by: -1 }, end] } });
    expect(report).toMatchObject({ verdict: 'passed', guards: { total: 3, said_true: 3, said_false: 3 }, findings: [] });
  });

  it('refuses samples that the machine throws on', () => {
    const samples = { inputs: [undefined], events: [] };
    expect(() => verifyMachine(counter, { samples })).toThrow(/^the machine counter throws on its input/);
  });
});

describe('of regions, history and delays', () => {
  it('follows them as XState does', () => {
    const report = verifyMachine(
      machine(
        {
          on: {
            initial: 'p',
            states: {
              p: {
                type: 'parallel',
                states: {
                  l: { initial: 'l1', states: { l1: { after: { 10: 'l2' } }, l2: {} } },
                  r: { initial: 'r1', states: { r1: { on: { R: 'r2' } }, r2: {} } },
                },
              },
              h: { type: 'history', history: 'deep' },
            },
            on: { OFF: 'off', END: 'e' },
          },
          off: { on: { ON: 'on.h' } },
          e: { type: 'final' },
        },
        {},
      ),
    );
    // On without a memory, off with each of four, on again with a memory that is not later than where it is, and the end.
    expect(report).toMatchObject({ verdict: 'passed', configurations: 4 + 4 + 9 + 1 });
    expect(report.pairs.find(({ state, event }) => state === 'm.on.p.l.l2' && event.startsWith('xstate.after'))?.outcome).toBe(
      'cannot_come',
    );
  });

  it('stays within its bounds with twelve regions, and says so', () => {
    const region = { initial: 'a', states: { a: { on: { GO: 'b' } }, b: { on: { GO: 'c' } }, c: { type: 'final' } } };
    const regions = Array.from({ length: 12 }, (_, index) => [
      `r${index}`,
      JSON.parse(JSON.stringify(region).replaceAll('GO', `GO${index}`)),
    ]);
    const large = createMachine({ id: 'm', type: 'parallel', states: Object.fromEntries(regions) } as never);
    const report = verifyMachine(large, { bounds: { configurations: 60, answerSequences: 8, turns: 400 } });
    expect(report).toMatchObject({ verdict: 'unproven', configurations: 60, bounds_met: ['configurations', 'turns'] });
    expect(report.findings).toMatchObject([{ code: 'bounds_met', severity: 'warning' }]);
    expect(verdictExitCode([report])).toBe(1);
  });
});

describe('as text', () => {
  it('shows what was found and the way there, one event a line', () => {
    const faulty = machine(
      { a: { on: { GO: { guard: 'isBad', target: 'b' }, END: 'e' } }, b: {}, e: { type: 'final' } },
      { version: '2.0.0' },
    );
    expect(renderVerdict(verifyMachine(faulty), true)).toBe(`m 2.0.0: failed
  4 of 4 states reached, 2 of 2 transitions taken, in 3 configurations
  of 6 pairs of a state and an event 2 are taken, 4 refused, 0 cannot come
  looked for: an end that can be reached from everywhere

  error: m.b takes no event and is no end
    start -> m.a
    GO [isBad yes] -> m.b

  m.a GO: m.a GO [isBad yes], or refused
  m.a END: m.a END
  m.b GO: refused
  m.b END: refused
  m.e GO: refused
  m.e END: refused
`);
  });
});
