import { assign, createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { coverPlan } from '../../../../src/charts/cover/cover-plan.ts';
import { prolonged, searchPaths } from '../../../../src/charts/cover/search-paths.ts';
import type { Place, Walker } from '../../../../src/charts/cover/walker.ts';
import { ownMachines } from '../../../../src/charts/load/own-machines.ts';

function machineOf(config: object): AnyStateMachine {
  return createMachine(config as never) as AnyStateMachine;
}

/** A walker that never comes to a place that it knows. */
function endless(happens: (count: number) => readonly string[]): Walker {
  let count = 0;
  const place = (before: Place | null): Place => {
    count += 1;
    return { snapshot: { status: 'active' } as never, input: count, before, by: null, happened: new Set(happens(count)) };
  };
  return { starts: () => [place(null)], next: (before) => [place(before), place(before)], keyOf: ({ input }) => String(input) };
}

describe('searchPaths', () => {
  it('gives up at a bound, and says so, with what it has found', () => {
    const { ends, boundMet } = searchPaths(
      endless((count) => (count === 7 ? ['a'] : [])),
      ['a', 'b'],
    );
    expect([ends.map(({ input }) => input), boundMet]).toEqual([[7], true]);
  });

  it('looks no further once everything has happened', () => {
    expect(
      searchPaths(
        endless(() => ['a']),
        ['a'],
      ),
    ).toMatchObject({ ends: [{ input: 1 }], boundMet: false });
  });
});

describe('prolonged', () => {
  it('goes on to what is near, and leaves what is far', () => {
    const near = new Set(['a']);
    const end = prolonged(
      endless((count) => (count === 20 ? ['a'] : [])),
      { snapshot: { status: 'active' } as never, input: 0, before: null, by: null, happened: new Set() },
      near,
    );
    expect([end.input, near.size]).toEqual([20, 0]);
    const far = prolonged(
      endless((count) => (count === 5000 ? ['a'] : [])),
      end,
      new Set(['a']),
    );
    expect(far).toBe(end);
  });
});

describe('coverPlan', () => {
  it('goes one way through what can be gone through at once', () => {
    const ring = machineOf({ id: 'r', initial: 'a', states: { a: { on: { X: 'b', Y: 'a' } }, b: { on: { X: 'a', Y: 'b' } } } });
    const { paths, missed } = coverPlan(ring, null);
    expect(missed).toEqual([]);
    expect(paths).toHaveLength(1);
  });

  it('takes one path for each end, and the detours on the way to it', () => {
    const fork = machineOf({
      id: 'f',
      initial: 'a',
      states: { a: { on: { L: 'left', R: 'right', HUM: {} } }, left: { type: 'final' }, right: { type: 'final' } },
    });
    const sent = coverPlan(fork, null).paths.map(({ steps }) => steps.slice(1).map(({ send }) => send));
    expect(sent).toEqual([[{ type: 'HUM' }, { type: 'L' }], [{ type: 'R' }]]);
  });

  it('takes no path twice that others make needless', async () => {
    const { paths, wanted } = coverPlan(
      (await ownMachines.get('breaker')?.load()) as AnyStateMachine,
      (await ownMachines.get('breaker')?.samples()) ?? null,
    );
    for (const path of paths) {
      const others = new Set(paths.filter((other) => other !== path).flatMap(({ covered }) => [...covered]));
      expect(wanted.some((obligation) => path.covered.has(obligation) && !others.has(obligation))).toBe(true);
    }
  });

  it('refuses a machine that does not go the same way twice', () => {
    let last = 0;
    const dice = machineOf({
      id: 'dice',
      context: { rolled: 0 },
      on: { ROLL: { actions: assign({ rolled: () => (last += 1) }) } },
    });
    expect(() => coverPlan(dice, null)).toThrow(expect.objectContaining({ code: 'not_deterministic', exitCode: 3 }) as Error);
  });

  it('refuses a context that JSON cannot hold', () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    const machine = machineOf({ id: 'c', context: { circle }, on: { GO: {} } });
    expect(() => coverPlan(machine, null)).toThrow(expect.objectContaining({ code: 'not_json', exitCode: 3 }) as Error);
  });
});
