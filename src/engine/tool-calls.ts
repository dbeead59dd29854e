import type { AttemptRef, AttemptReport, CheckRef } from '../../machines/step-model.ts';
import { appOf } from './attempt-plan.ts';
import type { EffectHost } from './effect-host.ts';
import { attemptFolder, checksOf, stepOf } from './loaded-run.ts';
import { never } from './never.ts';

/** How much of the end of a tool's output is looked at for its result, its cost and what its end means, in bytes. */
const tailBytes = 64 << 10;

/**
 * The end of an attempt as the configuration of its tool understands it. The call is settled with what all runs share (breaker, figures, slot) and
 * with the budget of the run; for a step that names its tool itself nothing is done.
 */
export async function settleAttempt(host: EffectHost, ref: AttemptRef, report: AttemptReport): Promise<AttemptReport> {
  if (!isTask(host, ref) || ref.toolId === null) return report;
  return settleCall(host, ref, { toolId: ref.toolId, checkRun: null, report });
}

/** The same for a check that a tool makes. */
export async function settleCheck(host: EffectHost, ref: AttemptRef & CheckRef, report: AttemptReport): Promise<AttemptReport> {
  const toolId = checkTool(host, ref);
  return toolId === null ? report : settleCall(host, ref, { toolId, checkRun: ref.checkRun, report });
}

/** Waits for a slot of the tool that makes a check. Never answers when the check is stopped meanwhile, and then holds nothing. */
export async function holdsTool(host: EffectHost, ref: AttemptRef & CheckRef, signal: AbortSignal): Promise<void> {
  const toolId = checkTool(host, ref);
  if (toolId === null) return;
  const step = { runId: host.run.runId, stepId: ref.stepId };
  await orFail(host, () => host.routes.enter(step, toolId, signal), signal);
  if (!signal.aborted) {
    host.grantCall({ stepId: ref.stepId, toolId, isCheck: true });
    return;
  }
  await orFail(host, () => host.routes.release(step));
  await never();
}

/** Counts a call that an earlier process has begun. */
export async function reclaimTool(host: EffectHost, ref: AttemptRef, check: (AttemptRef & CheckRef) | null): Promise<void> {
  const toolId = check === null ? (isTask(host, ref) ? ref.toolId : null) : checkTool(host, check);
  if (toolId !== null) await orFail(host, () => host.routes.reclaim({ runId: host.run.runId, stepId: ref.stepId }, toolId));
}

async function settleCall(
  host: EffectHost,
  ref: AttemptRef,
  { toolId, checkRun, report }: { toolId: string; checkRun: number | null; report: AttemptReport },
): Promise<AttemptReport> {
  const { run } = host;
  const tail = await host.attempts.tail(attemptFolder(run, ref.stepId, ref.attempt, checkRun), tailBytes);
  // With its patterns' engine, which no other run needs.
  const { judgeEnd } = await import('../../router/judge.ts');
  const judged = judgeEnd(appOf(run, toolId), report.outcome, tail);
  const durationMs = Math.max(0, report.endedAtMs - host.attemptStartedAtMsOf(ref.stepId));
  const changes = await orFail(host, () =>
    host.routes.settle({
      attemptId: host.attemptIdOf(ref.stepId),
      runId: run.runId,
      stepId: ref.stepId,
      toolId,
      endedAtMs: report.endedAtMs,
      durationMs,
      verdict: judged.breaker,
      costUsd: judged.costUsd,
    }),
  );
  host.noteBreakers(changes);
  host.spend(ref.stepId, { toolId, minutes: durationMs / 60_000, cost: judged.costUsd ?? 0 });
  return { ...report, outcome: judged.outcome, found: { costUsd: judged.costUsd, result: judged.result } };
}

/** What all runs share cannot be read or written: a fault of this process, and the run can be resumed. */
async function orFail<Result>(host: EffectHost, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted !== true) host.fail(error);
    return never();
  }
}

function isTask({ run }: EffectHost, { stepId }: AttemptRef): boolean {
  return stepOf(run, stepId).action.kind === 'task';
}

function checkTool({ run }: EffectHost, { stepId, check }: AttemptRef & CheckRef): string | null {
  const bound = checksOf(run, stepOf(run, stepId))[check];
  return bound?.action.kind === 'tool' ? bound.action.toolId : null;
}
