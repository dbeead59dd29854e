import type { RouterConfig, RoutingRule } from '../schemas/router-config.ts';
import { offers } from './capability.ts';
import type { RequestDraft } from './request-draft.ts';

/**
 * Candidates that are tried together, in order. A lower tier is reached only when every tool of those above has failed or may not be used.
 */
export interface Tier {
  readonly name: 'preferred' | 'selected' | 'preferred fallback' | 'fallback';
  readonly tools: readonly string[];
}

/**
 * The candidates of a request before any is cut: those that the rule selects, then its fallbacks, and within each those that the request
 * prefers, in the request's order, before the others. Without a selection every tool that offers the kind of task is selected, in the
 * order of the configuration, but for the fallbacks. Each tool stands in one tier, the first; no tier is empty.
 */
export function tiersOf(config: RouterConfig, rule: RoutingRule | null, request: RequestDraft): readonly Tier[] {
  const later = rule?.fallback_to ?? [];
  const selected = new Set(rule?.select_from ?? offeringTools(config, request).filter((toolId) => !later.includes(toolId)));
  const fallback = new Set(later.filter((toolId) => !selected.has(toolId)));
  const liked = new Set(request.routing.preferred_tools);
  const tiers: readonly Tier[] = [
    { name: 'preferred', tools: [...liked].filter((toolId) => selected.has(toolId)) },
    { name: 'selected', tools: [...selected].filter((toolId) => !liked.has(toolId)) },
    { name: 'preferred fallback', tools: [...liked].filter((toolId) => fallback.has(toolId)) },
    { name: 'fallback', tools: [...fallback].filter((toolId) => !liked.has(toolId)) },
  ];
  return tiers.filter(({ tools }) => tools.length > 0);
}

function offeringTools({ apps }: RouterConfig, request: RequestDraft): readonly string[] {
  const work = { taskKind: request.task_kind, domain: request.classification.domain };
  return Object.entries(apps).flatMap(([toolId, app]) => (offers(app, work) ? [toolId] : []));
}
