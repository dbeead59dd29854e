import { backoffDelayMs } from '../../machines/retry.ts';
import { routeDirect } from '../../router/direct.ts';
import type { PlanReport, PlannedStep } from '../../schemas/cli/plan-report.ts';
import type { Plan, Step, Workflow } from '../workflow/model.ts';

/** The plan of a workflow with its worst cases, in milliseconds; null where something has no timeout. Attempts lost to a crash come on top. */
export function planReport(workflow: Workflow, plan: Plan): PlanReport {
  const levelOf = levels(plan);
  const critical = new Set(plan.criticalPath);
  const ends = worstEnds(workflow, plan);
  const steps = workflow.steps.map((step): PlannedStep => ({
    step_id: step.id,
    level: levelOf[step.index] ?? 1,
    needs: [...step.needs],
    tool: routeDirect(step.action).toolId,
    on_critical_path: critical.has(step.index),
    condition: step.if?.source ?? null,
    max_attempts: step.action.kind === 'approve' ? 0 : step.retry.attempts,
    attempt_timeout_ms: step.action.kind === 'approve' ? null : (step.timeoutMs ?? step.stepTimeoutMs),
    worst_case_ms: worstCaseMs(step),
    worst_end_ms: ends[step.index] ?? null,
  }));
  const idOf = (position: number): string => plan.ids[position] ?? '';
  return {
    workflow: workflow.name,
    path: workflow.path,
    sha256: workflow.sha256,
    max_parallel: workflow.maxParallel,
    timeout_ms: workflow.timeoutMs,
    steps_total: steps.length,
    levels: plan.levels.map((level) => level.map(idOf)),
    critical_path: plan.criticalPath.map(idOf),
    max_attempts: steps.reduce((sum, step) => sum + step.max_attempts, 0),
    worst_case_ms: worstRunMs(workflow, steps),
    steps,
  };
}

/** All attempts of a step at their timeouts with the longest waits between them, bounded by the timeout of the step. */
function worstCaseMs(step: Step): number | null {
  if (step.timeoutMs === null) return step.stepTimeoutMs;
  let totalMs = step.timeoutMs * step.retry.attempts;
  for (let attempt = 1; attempt < step.retry.attempts; attempt++) {
    // A draw of 1 is the upper bound of the jitter.
    totalMs += backoffDelayMs({ retry: step.retry, attempt, interruptions: 0, stepDeadlineMs: null }, 1);
  }
  return step.stepTimeoutMs === null ? totalMs : Math.min(totalMs, step.stepTimeoutMs);
}

function levels(plan: Plan): number[] {
  const levelOf: number[] = [];
  for (const [index, level] of plan.levels.entries()) for (const position of level) levelOf[position] = index + 1;
  return levelOf;
}

/** Position -> when the step has ended at the latest if slots never run out. */
function worstEnds(workflow: Workflow, plan: Plan): (number | null)[] {
  const ends: (number | null)[] = [];
  for (const position of plan.levels.flat()) {
    const step = workflow.steps[position];
    let endMs = step === undefined ? null : worstCaseMs(step);
    let startMs = 0;
    for (const need of plan.needs[position] ?? []) {
      const needMs = ends[need] ?? null;
      if (needMs === null) endMs = null;
      else startMs = Math.max(startMs, needMs);
    }
    ends[position] = endMs === null ? null : startMs + endMs;
  }
  return ends;
}

/**
 * A run that never leaves a slot free while a step is ready ends, with m slots, within W/m + (1 - 1/m) C: W is the work of all steps,
 * C that of the longest chain (Graham's bound). Without a limit in the file one slot is reckoned with.
 */
function worstRunMs(workflow: Workflow, steps: readonly PlannedStep[]): number | null {
  let workMs: number | null = 0;
  let chainMs = 0;
  for (const step of steps) {
    workMs = workMs === null || step.worst_case_ms === null ? null : workMs + step.worst_case_ms;
    chainMs = Math.max(chainMs, step.worst_end_ms ?? 0);
  }
  if (workMs === null) return workflow.timeoutMs;
  const slots = workflow.maxParallel ?? 1;
  const boundMs = Math.ceil(workMs / slots + (1 - 1 / slots) * chainMs);
  return workflow.timeoutMs === null ? boundMs : Math.min(boundMs, workflow.timeoutMs);
}
