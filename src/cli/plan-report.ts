import { backoffDelayMs } from '../../machines/retry.ts';
import { routeDirect } from '../../router/direct.ts';
import { timeoutSecondsOf } from '../../router/queries.ts';
import type { PlanReport, PlannedStep } from '../../schemas/cli/plan-report.ts';
import type { BoundTask, RunRouting } from '../routing/run-routing.ts';
import type { Plan, Step, Workflow } from '../workflow/model.ts';

/** What can happen to a step at the worst: the tools that may be tried, how often each, and each one's bound of an attempt. */
interface WorstStep {
  readonly step: Step;
  readonly tools: readonly string[];
  readonly attemptsPerTool: number;
  /** By tool, of one attempt; null where there is none. */
  readonly timeoutsMs: readonly (number | null)[];
  readonly checks: number;
}

/**
 * The plan of a workflow with its worst cases, in milliseconds; null where something has no timeout. Attempts lost to a crash come on top, and
 * what a task waits while other runs use its tools.
 */
export function planReport(workflow: Workflow, plan: Plan, routing: RunRouting): PlanReport {
  const levelOf = levels(plan);
  const critical = new Set(plan.criticalPath);
  const worst = workflow.steps.map((step) => worstOf(step, routing));
  const worstMs = worst.map(worstCaseMs);
  const ends = worstEnds(plan, worstMs);
  const steps = worst.map(({ step, tools, attemptsPerTool, timeoutsMs, checks }): PlannedStep => ({
    step_id: step.id,
    level: levelOf[step.index] ?? 1,
    needs: [...step.needs],
    after: [...step.after],
    tool: tools.join(' or '),
    candidates: [...tools],
    checks,
    on_critical_path: critical.has(step.index),
    condition: step.if?.source ?? null,
    max_attempts: attemptsPerTool * tools.length,
    attempt_timeout_ms: step.action.kind === 'approve' ? null : (longest(timeoutsMs) ?? step.stepTimeoutMs),
    worst_case_ms: worstMs[step.index] ?? null,
    worst_end_ms: ends[step.index] ?? null,
  }));
  const idOf = (position: number): string => plan.ids[position] ?? '';
  return {
    workflow: workflow.name,
    path: workflow.path,
    sha256: workflow.sha256,
    max_parallel: workflow.maxParallel,
    timeout_ms: workflow.timeoutMs,
    router: routing.router?.source.path ?? null,
    phase: routing.phase?.spec.phase_id ?? null,
    steps_total: steps.length,
    levels: plan.levels.map((level) => level.map(idOf)),
    critical_path: plan.criticalPath.map(idOf),
    max_attempts: steps.reduce((sum, step) => sum + step.max_attempts, 0),
    worst_case_ms: worstRunMs(workflow, steps),
    steps,
  };
}

function worstOf(step: Step, routing: RunRouting): WorstStep {
  const { action } = step;
  const own = { step, checks: step.checks.length, timeoutsMs: [step.timeoutMs] };
  if (action.kind === 'approve') return { ...own, tools: [routeDirect(action).toolId], attemptsPerTool: 0 };
  if (action.kind !== 'task') return { ...own, tools: [routeDirect(action).toolId], attemptsPerTool: step.retry.attempts };
  const task = routing.tasks.get(step.id);
  const tools = task?.candidates ?? [];
  return {
    step,
    tools,
    attemptsPerTool: task?.maxAttempts ?? 0,
    timeoutsMs: tools.map((toolId) => toolTimeoutMs(step, { toolId, task, routing })),
    checks: task?.checks.length ?? 0,
  };
}

/** The step's own timeout, or that of the router configuration, whichever is shorter. */
function toolTimeoutMs(
  step: Step,
  { toolId, task, routing }: { readonly toolId: string; readonly task: BoundTask | undefined; readonly routing: RunRouting },
): number | null {
  if (task === undefined || routing.router === null) return step.timeoutMs;
  const seconds = timeoutSecondsOf(routing.router.config, task.draft, toolId);
  if (seconds === null) return step.timeoutMs;
  return step.timeoutMs === null ? seconds * 1000 : Math.min(step.timeoutMs, seconds * 1000);
}

/** The largest bound; null where one of them is missing, or all are. */
function longest(timeoutsMs: readonly (number | null)[]): number | null {
  const known = timeoutsMs.flatMap((each) => each ?? []);
  return known.length === 0 || known.length < timeoutsMs.length ? null : Math.max(...known);
}

/**
 * All attempts of a step with all of its tools at their timeouts, with the longest waits between them, bounded by the timeout of the step. Each
 * check of a result may take as long as an attempt.
 */
function worstCaseMs({ step, attemptsPerTool, timeoutsMs, checks }: WorstStep): number | null {
  if (step.action.kind === 'approve') return step.timeoutMs;
  let totalMs = 0;
  for (const timeoutMs of timeoutsMs) {
    if (timeoutMs === null) return step.stepTimeoutMs;
    totalMs += timeoutMs * (1 + checks) * attemptsPerTool + worstWaitsMs(step, attemptsPerTool);
  }
  return step.stepTimeoutMs === null ? totalMs : Math.min(totalMs, step.stepTimeoutMs);
}

/** The waits between so many attempts with one tool. A draw of 1 is the upper bound of the jitter. */
function worstWaitsMs({ retry }: Step, attempts: number): number {
  let totalMs = 0;
  for (let attempt = 1; attempt < attempts; attempt++)
    totalMs += backoffDelayMs({ retry, attempt, interruptions: 0, spentAttempts: 0, stepDeadlineMs: null }, 1);
  return totalMs;
}

function levels(plan: Plan): number[] {
  const levelOf: number[] = [];
  for (const [index, level] of plan.levels.entries()) for (const position of level) levelOf[position] = index + 1;
  return levelOf;
}

/** Position -> when the step has ended at the latest if slots never run out. */
function worstEnds(plan: Plan, worstMs: readonly (number | null)[]): (number | null)[] {
  const ends: (number | null)[] = [];
  for (const position of plan.levels.flat()) {
    let endMs = worstMs[position] ?? null;
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
