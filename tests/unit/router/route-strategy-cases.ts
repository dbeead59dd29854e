import { describe, expect, test } from 'vitest';
import type { Strategy, StrategyState } from '../../../router/strategies/strategy.ts';

const tier = ['a', 'b', 'c', 'd'] as const;
const figures = {
  a: { calls: 9, succeeded: 8, mean_ms: 300 },
  b: { calls: 40, succeeded: 20, mean_ms: 100 },
  c: { calls: 3, succeeded: 0, mean_ms: 0 },
  d: { calls: 5, succeeded: 5, mean_ms: 900 },
};
const states: readonly StrategyState[] = [0, 1, 2, 3, 7, 2 ** 31, 2 ** 32 - 1].flatMap((number) => [
  { tier, turn: number, seed: number, figures },
  { tier, turn: number, seed: number, figures: {} },
]);
const choices: readonly (readonly [string, ...string[]])[] = [['a', 'b', 'c', 'd'], ['b', 'd'], ['a', 'c', 'd'], ['d']];

/** What every strategy promises. */
export function describeStrategy(name: string, strategy: Strategy): void {
  describe(`the strategy ${name}`, () => {
    const cases = states.flatMap((state) => choices.map((tools) => ({ state, tools })));

    test('picks one of the tools that are left', () => {
      for (const { state, tools } of cases) expect(tools).toContain(strategy.pick(tools, state).toolId);
    });

    test('picks the only one that is left', () => {
      for (const state of states) for (const toolId of tier) expect(strategy.pick([toolId], state).toolId).toBe(toolId);
    });

    test('picks the same again from the same state, and from the state that the pick names', () => {
      for (const { state, tools } of cases) {
        const pick = strategy.pick(tools, state);
        expect(strategy.pick(tools, state)).toEqual(pick);
        const named = { tier, turn: pick.turn ?? 0, seed: pick.seed ?? 0, figures: pick.figures };
        expect(strategy.pick(tools, named)).toEqual(pick);
      }
    });

    test('does not look at the order of the figures, nor at those of other tools', () => {
      for (const { state, tools } of cases) {
        const others = { zero: { calls: 0, succeeded: 0, mean_ms: 0 } };
        const turned = Object.fromEntries(Object.entries({ ...others, ...state.figures }).reverse());
        expect(strategy.pick(tools, { ...state, figures: turned })).toEqual(strategy.pick(tools, state));
      }
    });

    test('says why in words, with the name of the tool', () => {
      for (const { state, tools } of cases) {
        const { toolId, because } = strategy.pick(tools, state);
        expect(because).toContain(toolId);
      }
    });
  });
}
