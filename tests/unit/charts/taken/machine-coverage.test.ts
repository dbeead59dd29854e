import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../../../src/charts/chart-of.ts';
import { machineCoverage, neverTaken } from '../../../../src/charts/taken/machine-coverage.ts';
import type { TakenOf } from '../../../../src/charts/taken/machine-coverage.ts';

const door = chartOf(
  createMachine({
    id: 'door',
    initial: 'closed',
    states: {
      closed: {
        on: { ENTER: [{ guard: 'isRight', target: 'open' }, { guard: 'isLast', target: 'barred' }, { actions: 'count' }] },
      },
      open: { on: { CLOSE: 'closed', ENTER: {} } },
      barred: { type: 'final' },
      // Nothing leads here.
      lost: { on: { FIND: 'closed' } },
    },
  }),
);

const entered = new Map([
  ['door.closed ENTER 0', 2],
  ['door.closed ENTER 2', 1],
]);
const question = { file: 'door.ts', min: null };

function asked(more: Partial<TakenOf>): TakenOf {
  return { tests: null, runs: null, isUntold: () => false, ...more };
}

describe('machineCoverage', () => {
  it('counts what was taken of what can be taken', () => {
    const coverage = machineCoverage(door, asked({ tests: entered }), question);
    expect(coverage).toMatchObject({ machine: 'door', file: 'door.ts', total: 6, reachable: 5, taken: 2, percent: 40 });
    expect(coverage.transitions[0]).toEqual({
      key: 'door.closed ENTER 0',
      source: 'door.closed',
      event: 'ENTER',
      guard: 'isRight',
      targets: ['door.open'],
      reachable: true,
      untold: false,
      by_tests: 2,
      by_runs: null,
    });
  });

  it('names what was never taken, and not what cannot be', () => {
    expect(neverTaken(door, machineCoverage(door, asked({ tests: entered }), question))).toEqual([
      'door.closed ENTER -> door.barred [isLast]',
      'door.open CLOSE -> door.closed',
      'door.open ENTER is ignored',
    ]);
    expect(neverTaken(door, machineCoverage(door, asked({ tests: new Map() }), question))).toContain(
      'door.closed ENTER / count [else]',
    );
  });

  it('adds tests and runs up', () => {
    const runs = new Map([
      ['door.closed ENTER 0', 3],
      ['door.open CLOSE 0', 3],
    ]);
    const coverage = machineCoverage(door, asked({ tests: entered, runs }), question);
    expect(coverage.taken).toBe(3);
    expect(coverage.transitions[0]).toMatchObject({ by_tests: 2, by_runs: 3 });
  });

  it('leaves out what no event of a run tells of, unless tests were asked too', () => {
    const isUntold = ({ actions, targets }: { actions: readonly string[]; targets: readonly string[] }): boolean =>
      actions.length + targets.length === 0;
    const ofRuns = machineCoverage(door, asked({ runs: new Map(), isUntold }), question);
    expect([ofRuns.reachable, neverTaken(door, ofRuns).length]).toEqual([4, 4]);
    expect(ofRuns.transitions.find(({ key }) => key === 'door.open ENTER 0')).toMatchObject({ untold: true, by_runs: null });
    expect(machineCoverage(door, asked({ tests: new Map(), runs: new Map(), isUntold }), question).reachable).toBe(5);
  });

  it('believes what was taken more than the search', () => {
    const coverage = machineCoverage(door, asked({ tests: new Map([['door.lost FIND 0', 1]]) }), question);
    expect([coverage.reachable, coverage.taken]).toEqual([6, 1]);
  });

  it('says which keys the chart does not have', () => {
    const old = new Map([
      ['door.shut ENTER 0', 1],
      ['door.closed ENTER 3', 1],
    ]);
    expect(machineCoverage(door, asked({ tests: old }), question)).toMatchObject({
      taken: 0,
      unknown: ['door.closed ENTER 3', 'door.shut ENTER 0'],
    });
  });

  it.each([
    [40, true],
    [41, false],
    [0, true],
    [null, true],
  ])('with a minimum of %j of 40 percent: passed is %j', (min, passed) => {
    expect(machineCoverage(door, asked({ tests: entered }), { file: null, min }).passed).toBe(passed);
  });

  it('rounds down, so that 100 means all', () => {
    const states = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`E${String(index)}`, { actions: 'note' }]));
    const wide = chartOf(createMachine({ id: 'wide', initial: 'a', states: { a: { on: states } } }));
    const taken = new Map(Object.keys(states).map((event) => [`wide.a ${event} 0`, 1]));
    taken.delete('wide.a E0 0');
    const coverage = machineCoverage(wide, asked({ tests: taken }), { file: null, min: 100 });
    expect([coverage.percent, coverage.passed]).toEqual([99.9, false]);
  });

  it('is whole where nothing can be taken', () => {
    const still = chartOf(createMachine({ id: 'still', initial: 'a', states: { a: {} } }));
    expect(machineCoverage(still, asked({ tests: new Map() }), { file: null, min: 100 })).toMatchObject({
      reachable: 0,
      percent: 100,
      passed: true,
    });
  });

  it('counts all transitions of a chart that is too large to be explored', () => {
    // Eleven guards that are all asked about one event: more sequences of answers than are tried.
    const regions = Array.from({ length: 11 }, (_, index) => [
      `r${String(index)}`,
      { initial: 'a', states: { a: { on: { X: { guard: `g${String(index)}`, actions: 'note' } } }, lost: { on: { Y: 'a' } } } },
    ]);
    const large = chartOf(createMachine({ id: 'large', type: 'parallel', states: Object.fromEntries(regions) }));
    const coverage = machineCoverage(large, asked({ tests: new Map() }), question);
    expect(coverage).toMatchObject({ bound_met: true, total: 22, reachable: 22 });
  });
});
