import { join } from 'node:path';
import { routeDirect } from '../../router/direct.ts';
import type { RunId } from '../../schemas/ids.ts';
import type { BoundCheck, BoundTask, RunRouting } from '../routing/run-routing.ts';
import { invariant } from '../errors.ts';
import type { ExpressionContext, Plan, Step, StepEndState, Value, Workflow } from '../workflow/model.ts';

/** A run as the engine holds it in memory: its workflow, its plan, its parameters, and where its files are. */
export interface LoadedRun {
  readonly runId: RunId;
  readonly projectId: string;
  /** Who asked for the run, where that is known. */
  readonly requestedBy: string | null;
  readonly workflow: Workflow;
  readonly plan: Plan;
  readonly params: Readonly<Record<string, Value>>;
  readonly maxParallel: number;
  /** Router configuration and phase, as they were when the run was started. */
  readonly routing: RunRouting;
  /** Absolute folder against which a relative working directory is resolved: that of the workflow file. */
  readonly baseFolder: string;
  /** Absolute folder of the run in the store. */
  readonly folder: string;
  /** How long a tool has between TERM and KILL, in milliseconds. */
  readonly graceMs: number;
}

/** Results of ended steps by id, shared with every expression that is evaluated; grows as steps end. */
export type StepResults = Record<string, { readonly outputs: Readonly<Record<string, Value>>; readonly state: StepEndState }>;

/** What expressions of a run see at this moment. */
export function expressionContext(
  run: LoadedRun,
  steps: StepResults,
  status: ExpressionContext['status'] = { success: true, failure: false, cancelled: false },
): ExpressionContext {
  return { params: run.params, env: {}, steps, run: { id: run.runId, workflow: run.workflow.name }, status };
}

/** The folder below `attempts` where an attempt, or the how many-th execution of a check of it, keeps its files. */
export function attemptName(stepId: string, attempt: number, checkRun: number | null): string {
  return `${stepId}.${String(attempt)}${checkRun === null ? '' : `.check-${String(checkRun)}`}`;
}

/** Where an attempt, or the execution of a check of it, keeps its files. */
export function attemptFolder(run: LoadedRun, stepId: string, attempt: number, checkRun: number | null = null): string {
  return join(run.folder, 'attempts', attemptName(stepId, attempt, checkRun));
}

/** What is known of the routing of a task step. */
export function taskOf(run: LoadedRun, stepId: string): BoundTask {
  const task = run.routing.tasks.get(stepId);
  invariant(task !== undefined, `step ${stepId} is not a routed task`);
  return task;
}

/** The checks of a step's result, in order. */
export function checksOf(run: LoadedRun, step: Step): readonly BoundCheck[] {
  return step.action.kind === 'task' ? taskOf(run, step.id).checks : step.checks;
}

/** The step of that id; every id the engine meets comes from its own plan. */
export function stepOf(run: LoadedRun, stepId: string): Step {
  const step = run.workflow.steps[run.plan.indexOf.get(stepId) ?? -1];
  if (step === undefined) throw new Error(`unknown step ${stepId}`);
  return step;
}

/** A check of a step by its place in the list, as events speak of it: its id, and the tool that makes it. */
export function boundCheckOf(run: LoadedRun, stepId: string, index: number): { readonly id: string; readonly toolId: string } {
  const check = checksOf(run, stepOf(run, stepId))[index];
  invariant(check !== undefined, `step ${stepId} has no check ${String(index)}`);
  const toolId = check.action.kind === 'tool' ? check.action.toolId : routeDirect(check.action).toolId;
  return { id: check.id, toolId };
}
