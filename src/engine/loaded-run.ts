import { join } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import type { ExpressionContext, Plan, Step, StepEndState, Value, Workflow } from '../workflow/model.ts';

/** A run as the engine holds it in memory: its workflow, its plan, its parameters, and where its files are. */
export interface LoadedRun {
  readonly runId: RunId;
  readonly workflow: Workflow;
  readonly plan: Plan;
  readonly params: Readonly<Record<string, Value>>;
  readonly maxParallel: number;
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

/** Where an attempt keeps its files. */
export function attemptFolder(run: LoadedRun, stepId: string, attempt: number): string {
  return join(run.folder, 'attempts', `${stepId}.${String(attempt)}`);
}

/** The step of that id; every id the engine meets comes from its own plan. */
export function stepOf(run: LoadedRun, stepId: string): Step {
  const step = run.workflow.steps[run.plan.indexOf.get(stepId) ?? -1];
  if (step === undefined) throw new Error(`unknown step ${stepId}`);
  return step;
}
