import type { RouteDecision } from '../schemas/route-decision.ts';
import type { RouterConfig, RoutingRule } from '../schemas/router-config.ts';
import { choose } from './choice.ts';
import type { PhaseTools, RouteConditions } from './conditions.ts';
import { lastingCut, passingCut } from './cuts.ts';
import type { RequestDraft } from './request-draft.ts';
import { matches } from './rule-match.ts';
import { tiersOf } from './tiers.ts';

/**
 * Which tool makes the next attempt, if any may, and why: rules in order, the first that matches; its candidates in tiers, each cut for the
 * first reason that holds; the tool of the attempt before where it is left, else what the strategy picks of the first tier that has a tool
 * left. A tier with tools that are only busy is waited for: a fallback is for failure, not for queueing. Pure: the decision, with the
 * configuration and the request, holds everything that it was made from (router/recompute.ts).
 */
export function decide(
  config: RouterConfig,
  request: RequestDraft,
  phase: PhaseTools | null,
  conditions: RouteConditions,
): RouteDecision {
  const rule = ruleOf(config, request);
  const strategy = rule?.strategy ?? request.routing.strategy;
  const tiers = tiersOf(config, rule, request);
  const candidates = tiers.flatMap(({ tools }) => tools);
  const cut = candidates.flatMap(
    (toolId) => lastingCut(toolId, { config, request, phase }) ?? passingCut(toolId, conditions) ?? [],
  );
  const { validators, required } = validatorsOf(config, request);
  const choice = choose(tiers, cut, strategy, conditions);
  return {
    ...choice,
    because: `${ruleInWords(rule, request)}; ${choice.because}`,
    rule: rule?.id ?? null,
    strategy,
    candidates,
    cut,
    validators: validators.filter((toolId) => toolId !== choice.tool_id),
    validators_required: required,
    current: conditions.current,
  };
}

/** The first rule that matches the request; null when none does. */
export function ruleOf(config: RouterConfig, request: RequestDraft): RoutingRule | null {
  return config.routing.rules?.find(({ match }) => matches(match, request)) ?? null;
}

/** The tools that could ever be chosen for the request, in the order in which they are tried: cut by request, phase and capability alone. */
export function candidatesOf(config: RouterConfig, request: RequestDraft, phase: PhaseTools | null): readonly string[] {
  const tools = tiersOf(config, ruleOf(config, request), request).flatMap((tier) => tier.tools);
  return tools.filter((toolId) => lastingCut(toolId, { config, request, phase }) === null);
}

/**
 * The tools that check the result afterwards, each once, and whether their failure is the step's. A tool does not check itself: a decision
 * leaves the one that it has chosen out.
 */
export function validatorsOf(
  config: RouterConfig,
  request: RequestDraft,
): { readonly validators: readonly string[]; readonly required: boolean } {
  const rule = ruleOf(config, request);
  return { validators: [...new Set(rule?.validate_with)], required: rule?.required ?? false };
}

/** The name under which the turn of round_robin is stored: requests take turns with those of the same rule or, without one, of the same work. */
export function turnKeyOf(config: RouterConfig, request: RequestDraft): string {
  const rule = ruleOf(config, request);
  return JSON.stringify(rule === null ? ['work', request.task_kind, request.classification.domain] : ['rule', rule.id]);
}

function ruleInWords(rule: RoutingRule | null, { task_kind, classification: { domain } }: RequestDraft): string {
  if (rule !== null) return `rule "${rule.id}"`;
  return `no rule matches task kind "${task_kind}"${domain === '' ? '' : ` in domain "${domain}"`}`;
}
