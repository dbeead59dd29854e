import { backoffDelayMs } from '../../machines/retry.ts';
import { routeDirect } from '../../router/direct.ts';
import { timeoutSecondsOf } from '../../router/queries.ts';
import type { BoundTask, RunRouting } from '../routing/run-routing.ts';
import type { Plan, Step, Workflow } from '../workflow/model.ts';

/**
 * A step at its worst. Milliseconds, null where there is no bound; attempts lost to a crash come on top, what a task waits for tools that other runs use, and the work
 * of this program itself.
 */
interface WorstStep {
  readonly step: Step;
  /** The tools that may be tried, in order. */
  readonly tools: readonly string[];
  /** With all tools together. */
  readonly attempts: number;
  readonly checks: number;
  /** Of the tool that has the longest. */
  readonly attemptTimeoutMs: number | null;
  /** From its start to its end. */
  readonly worstMs: number | null;
  /** From the start of the run, when slots never run out. */
  readonly endMs: number | null;
}

interface Attempts {
  readonly tools: readonly string[];
  readonly perTool: number;
  /** By tool, of one attempt; null where there is none. */
  readonly timeoutsMs: readonly (number | null)[];
  readonly checks: number;
}

/** Each step of a workflow at its worst, in the order of the file. */
export function worstOfSteps(workflow: Workflow, plan: Plan, routing: RunRouting): readonly WorstStep[] {
  const attempts = workflow.steps.map((step) => attemptsOf(step, routing));
  const worstMs = workflow.steps.map((step, index) => worstCaseMs(step, attempts[index] as Attempts, workflow.stopGraceMs));
  const endsMs = worstEnds(plan, worstMs);
  return workflow.steps.map((step, index) => {
    const { tools, perTool, timeoutsMs, checks } = attempts[index] as Attempts;
    return {
      step,
      tools,
      attempts: perTool * tools.length,
      checks,
      attemptTimeoutMs: step.action.kind === 'approve' ? null : (longest(timeoutsMs) ?? step.stepTimeoutMs),
      worstMs: worstMs[index] ?? null,
      endMs: endsMs[index] ?? null,
    };
  });
}

/**
 * After how many milliseconds a run has ended at the latest, when it never waits for a person who lets it go on; null where there is no bound. Its timeout stops what
 * runs then, which takes `stop_grace`, and lets the steps that clean up run.
 */
export function worstOfRunMs(workflow: Workflow, steps: readonly WorstStep[]): number | null {
  const wholeMs = worstOfAllMs(workflow, steps);
  if (workflow.timeoutMs === null) return wholeMs;
  const cleanUpMs = worstOfAllMs(
    workflow,
    steps.filter(({ step }) => cleansUp(step)),
  );
  const stoppedMs = cleanUpMs === null ? null : workflow.timeoutMs + workflow.stopGraceMs + cleanUpMs;
  if (wholeMs === null || stoppedMs === null) return wholeMs ?? stoppedMs;
  return Math.min(wholeMs, stoppedMs);
}

/** Whether a step may start while its run is stopping: its condition asks how the run goes, and it asks no person. */
function cleansUp(step: Step): boolean {
  return step.if?.readsStatus === true && step.action.kind !== 'approve';
}

/**
 * A run that never leaves a slot free while a step is ready ends, with m slots, within W/m + (1 - 1/m) C: W is the work of all steps, C that of the longest chain
 * (Graham, Bounds for certain multiprocessing anomalies, 1966). Without a limit in the file one slot is reckoned with; with tasks too, as the limits of their tools may
 * leave slots free.
 */
function worstOfAllMs({ maxParallel, steps: all }: Workflow, steps: readonly WorstStep[]): number | null {
  let workMs = 0;
  let chainMs = 0;
  for (const { worstMs, endMs } of steps) {
    if (worstMs === null) return null;
    workMs += worstMs;
    chainMs = Math.max(chainMs, endMs ?? Infinity);
  }
  const slots = all.some(({ action }) => action.kind === 'task') ? 1 : (maxParallel ?? 1);
  return slots === 1 ? workMs : Math.ceil(Math.min(workMs, workMs / slots + (1 - 1 / slots) * chainMs));
}

function attemptsOf(step: Step, routing: RunRouting): Attempts {
  const { action } = step;
  if (action.kind !== 'task') {
    const perTool = action.kind === 'approve' ? 0 : step.retry.attempts;
    return { tools: [routeDirect(action).toolId], perTool, timeoutsMs: [step.timeoutMs], checks: step.checks.length };
  }
  const task = routing.tasks.get(step.id);
  const tools = task?.candidates ?? [];
  return {
    tools,
    perTool: task?.maxAttempts ?? 0,
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
 * All attempts with all tools at their timeouts, each with the time that it has to stop, and the longest waits between them, bounded by the timeout of the step. Each
 * check of a result may take as long as an attempt.
 */
function worstCaseMs(step: Step, { timeoutsMs, perTool, checks }: Attempts, stopGraceMs: number): number | null {
  if (step.action.kind === 'approve') return step.timeoutMs;
  const boundMs = step.stepTimeoutMs === null ? null : step.stepTimeoutMs + stopGraceMs;
  let totalMs = 0;
  for (const timeoutMs of timeoutsMs) {
    if (timeoutMs === null) return boundMs;
    totalMs += (timeoutMs + stopGraceMs) * (1 + checks) * perTool + worstWaitsMs(step, perTool);
  }
  return boundMs === null ? totalMs : Math.min(totalMs, boundMs);
}

/** The waits between so many attempts with one tool. A draw of 1 is the upper bound of the jitter. */
function worstWaitsMs({ retry }: Step, attempts: number): number {
  let totalMs = 0;
  for (let attempt = 1; attempt < attempts; attempt++)
    totalMs += backoffDelayMs({ retry, attempt, interruptions: 0, spentAttempts: 0, stepDeadlineMs: null }, 1);
  return totalMs;
}

/** By position when the step has ended at the latest if slots never run out. */
function worstEnds(plan: Plan, worstMs: readonly (number | null)[]): readonly (number | null)[] {
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
