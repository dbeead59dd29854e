import { phaseToolsOf } from '../../../router/conditions.ts';
import { decide, ruleOf } from '../../../router/decide.ts';
import { timeoutSecondsOf } from '../../../router/queries.ts';
import type { RouteReport } from '../../../schemas/cli/route-report.ts';
import type { RouteDecision } from '../../../schemas/route-decision.ts';
import { exitCodes, invariant } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { presentConditions } from '../../history/present-tools.ts';
import { storeLayout } from '../../store/layout.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { describeCheck } from '../explain/check-words.ts';
import { routeQuestion, type RouteQuestion } from '../explain/route-question.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { RouteOptions } from '../options.ts';
import { renderRoute } from '../render-route.ts';

/** `stateyard route [FILE STEP]`: the decision that a run would come to now. Nothing is held or changed. */
export async function run(options: RouteOptions, io: Io): Promise<ExitCode> {
  const layout = storeLayout(locateStore(options, io).folder);
  const question = await routeQuestion(options, { cwd: io.cwd, storeFolder: layout.root });
  const report = await answer(question, layout);
  if (options.json) printJson(io, report);
  else io.stdout(renderRoute(report, outputLook(io)));
  return exitCodes.succeeded;
}

async function answer({ routing, task, ...question }: RouteQuestion, layout: StoreLayout): Promise<RouteReport> {
  const { router, phase } = routing;
  invariant(router !== null, 'a task is routed by a configuration');
  const { config } = router;
  const { draft: request, candidates, checks, maxAttempts } = task;
  // Any draw will do: a run draws anew for each attempt.
  const ask = { request, candidates, nowMs: Date.now(), seed: Math.floor(Math.random() * 2 ** 32) };
  const decision = decide(config, request, phaseToolsOf(phase?.spec ?? null), await presentConditions(layout, router, ask));
  const rule = ruleOf(config, request);
  return {
    workflow: question.workflow,
    step_id: question.stepId,
    router: question.router,
    phase: phase?.spec.phase_id ?? null,
    request,
    rule: rule === null ? null : { id: rule.id, description: rule.description ?? null },
    verdict: verdictOf(decision),
    tool_id: decision.tool_id,
    because: decision.because,
    candidates: decision.candidates.map((toolId) => {
      const cut = decision.cut.find((each) => each.tool_id === toolId);
      return {
        tool_id: toolId,
        picked: toolId === decision.tool_id,
        why: cut?.why ?? null,
        detail: cut?.detail ?? null,
        timeout_seconds: timeoutSecondsOf(config, request, toolId),
      };
    }),
    validators: decision.validators,
    validators_required: decision.validators_required,
    checks: checks.map((check) => ({ id: check.id, required: check.required, what: describeCheck(check) })),
    max_attempts: maxAttempts,
    decision,
  };
}

function verdictOf({ tool_id: toolId, waits }: RouteDecision): RouteReport['verdict'] {
  if (toolId !== null) return 'tool';
  return waits ? 'waits' : 'none';
}
