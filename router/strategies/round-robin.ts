import type { RouteDecision } from '../../schemas/route-decision.ts';
import type { Strategy } from './strategy.ts';

/**
 * Takes the tools in turn. The turns go over the whole tier, and a tool that is cut loses its turn to the next one that is left: so
 * cutting one does not skew the others. The pick's `turn` is the one that was used.
 */
export const roundRobin: Strategy = {
  pick: (tools, { tier, turn }) => {
    const turnsUntil = (toolId: string) => (tier.indexOf(toolId) - (turn % tier.length) + tier.length) % tier.length;
    const toolId = tools.reduce((next, other) => (turnsUntil(other) < turnsUntil(next) ? other : next));
    const because = `round_robin: it is the turn of ${toolId}`;
    return { toolId, because, turn: turn + turnsUntil(toolId), seed: null, figures: {} };
  },
};

/** The turn to store under its `turnKeyOf` after a decision; null when the decision used none, and what is stored stays. */
export function nextTurn({ turn }: Pick<RouteDecision, 'turn'>): number | null {
  return turn === null ? null : turn + 1;
}
