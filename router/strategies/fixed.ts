import type { Strategy } from './strategy.ts';

/** Takes the first tool that is left. */
export const fixed: Strategy = {
  pick: ([first]) => ({
    toolId: first,
    because: `fixed takes the first that is left, ${first}`,
    turn: null,
    seed: null,
    figures: {},
  }),
};
