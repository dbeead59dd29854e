import type { App, RouterConfig } from '../schemas/router-config.ts';
import type { RequestDraft } from './request-draft.ts';

/** How much of a tool may be used; null: no bound. */
export interface ToolLimits {
  /** Calls at a time, over all runs of the store. */
  readonly maxParallel: number | null;
  /** Of one call. */
  readonly timeoutSeconds: number | null;
}

/** When a tool's breaker opens, and when it lets calls through again. */
export interface BreakerSettings {
  readonly failureThreshold: number;
  readonly recoveryTimeoutMs: number;
  readonly halfOpenMaxCalls: number;
}

/** A tool's own configuration; null for a tool that the configuration does not have. */
export function appOf(config: RouterConfig, toolId: string): App | null {
  // A tool may be called "constructor": only what the file itself says counts.
  return Object.hasOwn(config.apps, toolId) ? (config.apps[toolId] ?? null) : null;
}

/** The ids of all tools, in the order of the configuration. */
export function toolsOf(config: RouterConfig): readonly string[] {
  return Object.keys(config.apps);
}

/** The words of a tool's command, placeholders as they are written; null for an unknown tool. */
export function commandOf(config: RouterConfig, toolId: string): readonly string[] | null {
  const app = appOf(config, toolId);
  return app === null ? null : [app.command, ...(app.args ?? [])];
}

/** What a tool can do: kinds of tasks and domains, null where it does not say; null for an unknown tool. */
export function capabilitiesOf(
  config: RouterConfig,
  toolId: string,
): { readonly taskKinds: readonly string[] | null; readonly domains: readonly string[] | null } | null {
  const app = appOf(config, toolId);
  return app === null ? null : { taskKinds: app.capabilities.task_kinds ?? null, domains: app.capabilities.domains ?? null };
}

/** A tool's limits, the defaults of the configuration where it does not say; null for an unknown tool. */
export function limitsOf(config: RouterConfig, toolId: string): ToolLimits | null {
  const app = appOf(config, toolId);
  if (app === null) return null;
  return {
    maxParallel: app.limits?.max_parallel ?? null,
    timeoutSeconds: app.limits?.timeout_seconds ?? config.defaults?.timeout_seconds ?? null,
  };
}

/**
 * The settings of a tool's breaker, each its own, else that of the defaults, else: opens after 5 failures in a row, lets 1 probe at a time
 * through after 60 seconds. Null for an unknown tool.
 */
export function breakerSettingsOf(config: RouterConfig, toolId: string): BreakerSettings | null {
  const app = appOf(config, toolId);
  if (app === null) return null;
  const [own, usual] = [app.adapter?.breaker, config.defaults?.breaker];
  const setting = (name: keyof NonNullable<typeof usual>) => own?.[name] ?? usual?.[name];
  return {
    failureThreshold: setting('failure_threshold') ?? 5,
    recoveryTimeoutMs: (setting('recovery_timeout_seconds') ?? 60) * 1_000,
    halfOpenMaxCalls: setting('half_open_max_calls') ?? 1,
  };
}

/**
 * How many seconds one call of the tool may take: as the request says, but never more than the tool's own limit; where it does not say, the
 * tool's limit, else the default. Null: no bound.
 */
export function timeoutSecondsOf(config: RouterConfig, request: RequestDraft, toolId: string): number | null {
  const own = appOf(config, toolId)?.limits?.timeout_seconds;
  const asked = request.routing.timeout_seconds;
  if (asked !== undefined) return Math.min(asked, own ?? asked);
  return own ?? config.defaults?.timeout_seconds ?? null;
}

/** How many attempts a step has with one tool: as the request says, else the defaults, else 1. */
export function maxAttemptsOf(config: RouterConfig, request: RequestDraft): number {
  return request.routing.max_attempts ?? config.defaults?.max_attempts ?? 1;
}
