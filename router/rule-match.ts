import type { RoutingRule } from '../schemas/router-config.ts';
import type { RequestDraft } from './request-draft.ts';

type Match = RoutingRule['match'];

/** What a rule can ask of a request, by the field of its `match`; null where it does not ask. A list holds what is taken. */
export interface Asked {
  readonly task_kind: readonly string[] | null;
  readonly risk_tier: readonly string[] | null;
  readonly complexity: readonly string[] | null;
  readonly domain: readonly string[] | null;
}

/** The fields of {@link Asked}. */
export const askedFields = ['task_kind', 'risk_tier', 'complexity', 'domain'] as const satisfies readonly (keyof Asked)[];

/** What a rule's `match` asks, each field as a list. */
export function askedBy({ task_kind, risk_tier, complexity, domain }: Match): Asked {
  return {
    task_kind: task_kind ?? null,
    risk_tier: risk_tier ?? null,
    complexity: typeof complexity === 'string' ? [complexity] : (complexity ?? null),
    domain: domain ?? null,
  };
}

/** Whether a rule matches: every field that it asks holds what the request says; one that asks nothing matches every request. */
export function matches(match: Match, { task_kind, classification }: RequestDraft): boolean {
  const said = { ...classification, task_kind };
  const asked = askedBy(match);
  return askedFields.every((field) => asked[field]?.includes(said[field]) ?? true);
}

/** Whether every request that `later` matches is matched by `earlier`, as far as one field after the other can tell. */
export function coversMatch(earlier: Match, later: Match): boolean {
  const [wide, narrow] = [askedBy(earlier), askedBy(later)];
  return askedFields.every((field) => {
    const taken = wide[field];
    return taken === null || (narrow[field]?.every((value) => taken.includes(value)) ?? false);
  });
}
