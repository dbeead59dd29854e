import type { PhaseSpec } from '../schemas/phase-spec.ts';
import type { RouterConfig } from '../schemas/router-config.ts';
import { phaseToolsOf } from './conditions.ts';
import { lastingCut } from './cuts.ts';
import { candidatesOf, ruleOf } from './decide.ts';
import { appOf } from './queries.ts';
import type { RequestProblem } from './request-codes.ts';
import type { RequestDraft } from './request-draft.ts';
import { tiersOf } from './tiers.ts';

/** The tools that a task allows or prefers, and may not: its phase does not permit them, or the configuration has no such tool. */
export function toolProblems(
  {
    allowedTools,
    preferredTools,
  }: { readonly allowedTools: readonly string[] | null; readonly preferredTools: readonly string[] },
  config: RouterConfig,
  phase: PhaseSpec | null,
): readonly RequestProblem[] {
  const lists = [
    ['allowed_tools', allowedTools ?? []],
    ['preferred_tools', preferredTools],
  ] as const;
  return lists.flatMap(([name, tools]) =>
    tools.flatMap((toolId, index): RequestProblem[] => {
      const wrong = toolProblem(toolId, config, phase);
      return wrong === null ? [] : [{ code: 'tool_not_permitted_for_phase', from: 'task', path: [name, index], ...wrong }];
    }),
  );
}

function toolProblem(
  toolId: string,
  config: RouterConfig,
  phase: PhaseSpec | null,
): Pick<RequestProblem, 'message' | 'hint'> | null {
  if (appOf(config, toolId) === null) return { message: `the router configuration has no tool "${toolId}"`, hint: null };
  if (phase?.disallowed_tools?.includes(toolId) === true)
    return { message: `phase "${phase.phase_id}" disallows the tool "${toolId}"`, hint: null };
  if (phase?.allowed_tools?.includes(toolId) !== false) return null;
  const message = `phase "${phase.phase_id}" does not allow the tool "${toolId}"`;
  return { message, hint: `it allows ${listed(phase.allowed_tools)}` };
}

/** That no tool is left for a request, with the rule and each candidate that was cut; null when one is. */
export function routeProblem(config: RouterConfig, request: RequestDraft, phase: PhaseSpec | null): RequestProblem | null {
  const tools = phaseToolsOf(phase);
  if (candidatesOf(config, request, tools).length > 0) return null;
  const rule = ruleOf(config, request);
  const candidates = tiersOf(config, rule, request).flatMap((tier) => tier.tools);
  const cuts = candidates.flatMap((toolId) => lastingCut(toolId, { config, request, phase: tools }) ?? []);
  const { task_kind, classification } = request;
  const work = `${task_kind}${classification.domain === '' ? '' : ` in ${classification.domain}`}`;
  const by = rule === null ? 'no rule matches' : `rule "${rule.id}" matches`;
  const why =
    cuts.length === 0 ? 'no tool of the configuration offers it' : cuts.map((cut) => `${cut.tool_id}: ${cut.detail}`).join('; ');
  const own = cuts.some((cut) => cut.why === 'not_allowed_by_request');
  return {
    code: 'no_routable_tool_for_phase',
    from: 'task',
    path: [own ? 'allowed_tools' : 'task_kind'],
    message: `no tool is left for ${work}: ${by}, and ${why}`,
    hint: own ? 'allow a tool that does this kind of task' : 'add a tool or a rule for it to the router configuration',
  };
}

function listed(tools: readonly string[]): string {
  return tools.length === 0 ? 'none' : tools.join(', ');
}
