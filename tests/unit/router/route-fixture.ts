import type { App, RouterConfig, RoutingRule } from '../../../schemas/router-config.ts';
import type { RouteConditions } from '../../../router/conditions.ts';
import type { RequestDraft } from '../../../router/request-draft.ts';

type Given = Partial<Pick<RequestDraft, 'task_kind'>> &
  Partial<RequestDraft['classification']> & { readonly routing?: Partial<RequestDraft['routing']> };

/** A tool that does `kinds`, of any domain unless `more` says otherwise. */
export function tool(kinds: readonly string[] | undefined, more: Partial<App> = {}): App {
  return { kind: 'tool', command: 'true', capabilities: kinds === undefined ? {} : { task_kinds: [...kinds] }, ...more };
}

/** A configuration of these tools and rules. */
export function configOf(
  apps: Readonly<Record<string, App>>,
  rules: readonly RoutingRule[] = [],
  more: Partial<RouterConfig> = {},
): RouterConfig {
  return { version: '1.0.0', apps, routing: { rules: [...rules] }, ...more };
}

/** A request for `lint` work, without a domain and with the strategy fixed unless it is given. */
export function requestOf({ task_kind = 'lint', routing, ...classification }: Given = {}): RequestDraft {
  return {
    phase_id: 'build',
    task_kind,
    classification: { complexity: 'moderate', risk_tier: '', domain: '', priority: 'normal', ...classification },
    resource_scope: { read: [], write: [], create: [], forbidden: [] },
    routing: { strategy: 'fixed', ...routing },
  };
}

/** Conditions under which nothing is cut, but for what is given. */
export function conditionsWith(given: Partial<RouteConditions> = {}): RouteConditions {
  const nothing = { missing: new Map(), open: new Map(), full: new Map(), figures: {} };
  return { spent: [], current: null, turn: 0, seed: 0, ...nothing, ...given };
}
