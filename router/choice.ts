import type { RouteDecision } from '../schemas/route-decision.ts';
import type { RouteConditions } from './conditions.ts';
import type { Cut } from './cuts.ts';
import { strategies } from './strategies/strategies.ts';
import type { Tier } from './tiers.ts';

/** The part of a decision that says what was chosen, and from what. */
export type Choice = Pick<RouteDecision, 'tool_id' | 'because' | 'waits' | 'turn' | 'seed' | 'figures'>;

const nothingUsed = { turn: null, seed: null, figures: {} } as const;
const mostListed = 10;

/**
 * Chooses among tiers after the cuts. The tool of the attempt before is kept where it is left, in whichever tier. Else the strategy picks
 * from the first tier that has a tool left; but a tier whose tools are cut for being busy alone, or besides, is waited for.
 */
export function choose(
  tiers: readonly Tier[],
  cut: readonly Cut[],
  strategy: RouteDecision['strategy'],
  conditions: RouteConditions,
): Choice {
  const cuts = new Map(cut.map((each) => [each.tool_id, each]));
  const { current } = conditions;
  if (current !== null && !cuts.has(current) && tiers.some(({ tools }) => tools.includes(current)))
    return { tool_id: current, because: `the step goes on with ${current}`, waits: false, ...nothingUsed };
  for (const tier of tiers) {
    const [first, ...others] = tier.tools.filter((toolId) => !cuts.has(toolId));
    if (first !== undefined) {
      const { toolId, because, ...used } = strategies[strategy].pick([first, ...others], { ...conditions, tier: tier.tools });
      return { tool_id: toolId, because: tier.name === 'selected' ? because : `${tier.name}: ${because}`, waits: false, ...used };
    }
    const busy = tier.tools.flatMap((toolId) => cuts.get(toolId) ?? []).filter(({ why }) => why === 'at_max_parallel');
    if (busy.length > 0)
      return { tool_id: null, because: `every tool that is left is busy: ${listed(busy)}`, waits: true, ...nothingUsed };
  }
  const because = cut.length === 0 ? 'no tool of the configuration offers it' : `no tool is left: ${listed(cut)}`;
  return { tool_id: null, because, waits: false, ...nothingUsed };
}

function listed(cut: readonly Cut[]): string {
  const more = cut.length > mostListed ? `, and ${cut.length - mostListed} more` : '';
  return (
    cut
      .slice(0, mostListed)
      .map(({ tool_id, detail }) => `${tool_id} (${detail})`)
      .join(', ') + more
  );
}
