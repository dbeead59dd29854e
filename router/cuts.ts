import type { CutReason } from '../schemas/route-decision.ts';
import type { RouterConfig } from '../schemas/router-config.ts';
import { incapability } from './capability.ts';
import type { PhaseTools, RouteConditions } from './conditions.ts';
import { appOf } from './queries.ts';
import type { RequestDraft } from './request-draft.ts';

/** A candidate that may not be taken, why, and the detail for the reader. */
export interface Cut {
  readonly tool_id: string;
  readonly why: CutReason;
  readonly detail: string;
}

/** What a decision about one request is made from, whatever the moment. */
export interface Question {
  readonly config: RouterConfig;
  readonly request: RequestDraft;
  readonly phase: PhaseTools | null;
}

/** Why a tool can never be taken for this request: what the request says, then the phase, then what the tool can do. Null: it can. */
export function lastingCut(toolId: string, { config, request, phase }: Question): Cut | null {
  const cut = (why: CutReason, detail: string): Cut => ({ tool_id: toolId, why, detail });
  const allowed = request.routing.allowed_tools;
  if (allowed?.includes(toolId) === false) return cut('not_allowed_by_request', `the request allows ${listed(allowed)}`);
  if (phase?.allowedTools?.includes(toolId) === false)
    return cut('not_allowed_by_phase', `phase ${request.phase_id} allows ${listed(phase.allowedTools)}`);
  if (phase?.disallowedTools.includes(toolId) === true)
    return cut('disallowed_by_phase', `phase ${request.phase_id} disallows it`);
  const app = appOf(config, toolId);
  if (app === null) return cut('no_capability', 'the configuration has no such tool');
  const lack = incapability(app, { taskKind: request.task_kind, domain: request.classification.domain });
  return lack === null ? null : cut('no_capability', lack);
}

/** Why a tool cannot be taken at this moment; being busy comes last, because it is what can be waited for. Null: it can. */
export function passingCut(toolId: string, { spent, missing, open, full }: RouteConditions): Cut | null {
  if (spent.includes(toolId)) return { tool_id: toolId, why: 'attempts_spent', detail: 'its attempts are used up' };
  const reasons = [
    ['not_installed', missing],
    ['breaker_open', open],
    ['at_max_parallel', full],
  ] as const;
  for (const [why, details] of reasons) {
    const detail = details.get(toolId);
    if (detail !== undefined) return { tool_id: toolId, why, detail };
  }
  return null;
}

function listed(tools: readonly string[]): string {
  return tools.length === 0 ? 'no tool' : `only ${tools.join(', ')}`;
}
