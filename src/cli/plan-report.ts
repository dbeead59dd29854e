import type { PlanReport, PlannedStep } from '../../schemas/cli/plan-report.ts';
import type { RunRouting } from '../routing/run-routing.ts';
import type { Plan, Workflow } from '../workflow/model.ts';
import { Flow } from '../workflow/verdict/flow.ts';
import { plannedConsequences, planVerdict } from './plan-verdict.ts';
import { worstOfRunMs, worstOfSteps } from './plan-worst-case.ts';

/** The plan of a workflow with its verdict and its worst cases, as `plan` reports it. */
export function planReport(workflow: Workflow, plan: Plan, routing: RunRouting): PlanReport {
  const levelOf = levels(plan);
  const critical = new Set(plan.criticalPath);
  const worst = worstOfSteps(workflow, plan, routing);
  const flow = new Flow(workflow, plan);
  const consequences = plannedConsequences(flow);
  const steps = worst.map(({ step, tools, attempts, attemptTimeoutMs, checks, worstMs, endMs }): PlannedStep => ({
    step_id: step.id,
    level: levelOf[step.index] ?? 1,
    needs: [...step.needs],
    after: [...step.after],
    tool: tools.join(' or '),
    candidates: [...tools],
    checks,
    on_critical_path: critical.has(step.index),
    condition: step.if?.source ?? null,
    max_attempts: attempts,
    attempt_timeout_ms: attemptTimeoutMs,
    worst_case_ms: worstMs,
    worst_end_ms: endMs,
    if_it_fails: consequences[step.index] ?? null,
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
    worst_case_ms: worstOfRunMs(workflow, worst),
    steps,
    verdict: planVerdict(flow, steps, routing),
  };
}

function levels(plan: Plan): number[] {
  const levelOf: number[] = [];
  for (const [index, level] of plan.levels.entries()) for (const position of level) levelOf[position] = index + 1;
  return levelOf;
}
