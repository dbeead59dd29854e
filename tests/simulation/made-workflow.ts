import { bindRouting } from '../../src/routing/bind.ts';
import type { RunRouting } from '../../src/routing/run-routing.ts';
import { requireWorkflow } from '../../src/workflow/load.ts';
import type { Plan, Step, StepEndState, Workflow } from '../../src/workflow/model.ts';

/** A workflow as the loader gave it, with what a check of the engine needs to know of it. */
export interface MadeWorkflow {
  readonly workflow: Workflow;
  readonly plan: Plan;
  readonly maxParallel: number;
  readonly routing: RunRouting;
  /** The tools whose programs are not on this machine. */
  readonly missing: readonly string[];
}

/** Loads a text as `stateyard run` does. `router` is the text of its router configuration, null where it has no tasks. */
export function planWorkflow(
  text: string,
  maxParallel: number,
  { router, missing }: { readonly router: string | null; readonly missing: readonly string[] },
): MadeWorkflow {
  const { workflow, plan } = requireWorkflow({ path: '/project/simulated.yaml', text });
  const place = router === null ? null : { path: '/project/router_config.json', text: router, folder: '/project' };
  return { workflow, plan, maxParallel, routing: bindRouting(workflow, place, null), missing };
}

/** What the ends of the steps before one say about it. */
export interface Seen {
  readonly end: (stepId: string) => StepEndState | undefined;
  readonly output: (stepId: string) => unknown;
}

/**
 * Why a step must not start, judged anew from the rules of the format and not by the scheduler's counters; null when it may. What
 * a stopping run allows on top of that is not judged.
 */
export function whyNotStart({ workflow }: MadeWorkflow, stepId: string, seen: Seen): string | null {
  const step = stepById(workflow, stepId);
  if (step === undefined) return 'it is not in the plan';
  const open = step.needs.find((need) => seen.end(need) === undefined);
  if (open !== undefined) return `${open}, which it needs, has not ended on the disk`;
  const condition = step.if?.source.trim() ?? null;
  if (condition === 'always()') return null;
  if (condition === 'failure()') return hasFailedAncestor(workflow, step, seen) ? null : 'nothing before it has failed';
  const bad = step.needs.find((need) => !isGood(workflow, need, seen));
  if (bad !== undefined) return `${bad}, which it needs, ended ${String(seen.end(bad))}`;
  if (condition === null || condition === 'success()') return null;
  return holds(condition, seen) ? null : `its condition ${condition} does not hold`;
}

/** Whether a step ended so that plain steps after it may run. */
function isGood(workflow: Workflow, stepId: string, { end }: Seen): boolean {
  return end(stepId) === 'succeeded' || (end(stepId) === 'failed' && stepById(workflow, stepId)?.continueOnError === true);
}

/** The step of that id. */
export function stepById(workflow: Workflow, stepId: string): Step | undefined {
  return workflow.steps.find(({ id }) => id === stepId);
}

function hasFailedAncestor(workflow: Workflow, step: Step, seen: Seen): boolean {
  return step.needs.some((need) => {
    const before = stepById(workflow, need);
    if (seen.end(need) === 'failed' && before?.continueOnError === false) return true;
    return before !== undefined && hasFailedAncestor(workflow, before, seen);
  });
}

/** The two conditions that {@link randomWorkflow} writes besides those about the run's state. */
function holds(condition: string, seen: Seen): boolean {
  const about = /^steps\.(\w+)\.outputs\.value < 50$/.exec(condition)?.[1];
  return about !== undefined && Number(seen.output(about) ?? 0) < 50;
}
