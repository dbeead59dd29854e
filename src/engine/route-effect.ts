import type { RouteRef, RouteReport, RoutedDocument } from '../../machines/step-model.ts';
import { timeoutSecondsOf } from '../../router/queries.ts';
import { promptProblems } from '../../router/prompt.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import { invariant } from '../errors.ts';
import { effectActor } from './effect-actor.ts';
import type { EffectHost } from './effect-host.ts';
import { stepOf, taskOf } from './loaded-run.ts';
import { never } from './never.ts';
import type { Routed } from './ports.ts';
import { promptInstance, resolvePrompt, storedRequest } from './task-documents.ts';

/** The actor `route` of `machines/step`: asks for a tool, and for leave to spend one call more. What it reports holds a slot of the tool until the call has ended. */
export function routeActor(host: EffectHost) {
  return effectActor<RouteReport, RouteRef>(async ({ input, signal }) => {
    await host.mayStart();
    if (signal.aborted) return never();
    const requestId = input.requestId ?? host.entropy.ulid(host.clock.nowMs());
    const sinceMs = host.clock.nowMs();
    const frame = (): { requestId: string; nowMs: number; skippedMs: number } => ({
      requestId,
      nowMs: host.clock.nowMs(),
      skippedMs: host.clock.skippedMsSince(sinceMs),
    });
    const prompt = resolvePrompt(host, input.stepId);
    if (prompt.kind === 'expressionFailed')
      return { kind: 'unroutable', outcome: prompt, decision: null, documents: [], ...frame() };
    const [problem] = promptProblems(prompt.sections);
    if (problem !== undefined) {
      const outcome = { kind: 'expressionFailed' as const, field: 'prompt', message: problem.message };
      return { kind: 'unroutable', outcome, decision: null, documents: [], ...frame() };
    }
    const request = storedRequest(host.run, input.stepId, { requestId, requestedAtMs: input.requestedAtMs });
    const routed = await askPort(host, input, { request, signal });
    if (routed === null) return never();
    host.noteBreakers(routed.breakers);
    const { decision } = routed;
    const documents: RoutedDocument[] =
      input.requestId === null ? [{ id: requestId, kind: 'execution_request', body: JSON.stringify(request) }] : [];
    const toolId = decision.tool_id;
    if (toolId === null) {
      const outcome = { kind: 'noRoutableTool' as const, message: decision.because };
      return { kind: 'unroutable', outcome, decision, documents, ...frame() };
    }
    if (!host.grantCall({ stepId: input.stepId, toolId, isCheck: false })) {
      await host.routes.release({ runId: host.run.runId, stepId: input.stepId });
      return { kind: 'overBudget', decision: null, documents, ...frame() };
    }
    const promptId = host.entropy.ulid(host.clock.nowMs());
    const instance = promptInstance(host.run, input.stepId, { promptId, toolId, sections: prompt.sections });
    documents.push({ id: promptId, kind: 'prompt_instance', body: JSON.stringify(instance) });
    const attemptTimeoutMs = timeoutMsOf(host, input.stepId, decision);
    return { kind: 'routed', toolId, promptId, attemptTimeoutMs, decision, documents, ...frame() };
  });
}

/** Null when the step was canceled meanwhile: then nothing is held. */
async function askPort(
  host: EffectHost,
  input: RouteRef,
  { request, signal }: { request: ReturnType<typeof storedRequest>; signal: AbortSignal },
): Promise<Routed | null> {
  const { runId } = host.run;
  try {
    const ask = {
      runId,
      stepId: input.stepId,
      request,
      spent: input.spentTools,
      current: input.currentTool,
      seed: Math.floor(host.entropy.random() * 2 ** 32),
    };
    const routed = await host.routes.route(ask, signal);
    if (!signal.aborted) return routed;
    await host.routes.release({ runId, stepId: input.stepId });
    return null;
  } catch (error) {
    // What all runs share cannot be read or written: a fault of this process, and not of the step. The run can be resumed.
    if (!signal.aborted) host.fail(error);
    return null;
  }
}

/** The step's own timeout or that of the router configuration, whichever is shorter. */
function timeoutMsOf({ run }: EffectHost, stepId: string, { tool_id: toolId }: RouteDecision): number | null {
  invariant(toolId !== null && run.routing.router !== null, 'a tool was picked by a configuration');
  const seconds = timeoutSecondsOf(run.routing.router.config, taskOf(run, stepId).draft, toolId);
  const own = stepOf(run, stepId).timeoutMs;
  if (seconds === null) return own;
  return own === null ? seconds * 1000 : Math.min(own, seconds * 1000);
}
