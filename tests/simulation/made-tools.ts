import type { App, RouterConfig } from '../../schemas/router-config.ts';
import { stepById, type MadeWorkflow } from './made-workflow.ts';

/* What the rules of docs/workflow.md and of a router configuration say of tools, judged anew and not by the router's own code. */

/** A check of a step's result, as it is known before the run. */
export interface MadeCheck {
  readonly id: string;
  readonly required: boolean;
  /** The tool that makes it; null: a command of the workflow file. */
  readonly toolId: string | null;
}

/** The configuration that a run picks its tools by; null where it picks none. */
export function configOf({ routing }: MadeWorkflow): RouterConfig | null {
  return routing.router?.config ?? null;
}

/** Whether a router picks the tool of a step. */
export function isTask({ routing }: MadeWorkflow, stepId: string): boolean {
  return routing.tasks.has(stepId);
}

/** The checks of a step's result, in order. */
export function checksOf(made: MadeWorkflow, stepId: string): readonly MadeCheck[] {
  const own = stepById(made.workflow, stepId)?.checks ?? [];
  const rule = ruleOf(made, stepId);
  const byTools = (rule?.validate_with ?? []).map((toolId) => {
    return { id: `validate_with.${toolId}`, required: rule?.required === true, toolId };
  });
  return [...own.map(({ id, required }) => ({ id, required, toolId: null })), ...byTools];
}

/** Why a tool must never be picked for a step, whatever the moment; null when it may. */
export function whyNotTool(made: MadeWorkflow, stepId: string, toolId: string): string | null {
  const task = taskOf(made, stepId);
  const app = appOf(made, toolId);
  if (task === null || app === null) return 'the configuration does not know it';
  if (task.allowedTools?.includes(toolId) === false) return 'the step does not allow it';
  if (app.capabilities.task_kinds?.includes(task.taskKind) !== true) return `it cannot do ${task.taskKind}`;
  const rule = ruleOf(made, stepId);
  if (rule?.select_from === undefined || [...rule.select_from, ...(rule.fallback_to ?? [])].includes(toolId)) return null;
  return `the rule ${rule.id} does not name it`;
}

/** How many attempts a step has with one tool. */
export function attemptsWithTool(made: MadeWorkflow, stepId: string): number {
  return taskOf(made, stepId)?.maxAttempts ?? configOf(made)?.defaults?.max_attempts ?? 1;
}

/** How many calls of a tool there may be at a time. */
export function mostAtATime(made: MadeWorkflow, toolId: string): number {
  return appOf(made, toolId)?.limits?.max_parallel ?? Number.POSITIVE_INFINITY;
}

/** What the configuration of a tool says that an exit code means; null where it says nothing. */
export function meansOf(made: MadeWorkflow, toolId: string | null, exitCode: number): string | null {
  const rules = toolId === null ? [] : (appOf(made, toolId)?.adapter?.outcomes ?? []);
  return rules.find((rule) => rule.exit_codes?.includes(exitCode) === true)?.means ?? null;
}

/** Bound of one attempt of a step with that tool (null: the step names its tool itself), in milliseconds; null: none. */
export function limitMsOf(made: MadeWorkflow, stepId: string, toolId: string | null): number | null {
  const ownMs = stepById(made.workflow, stepId)?.timeoutMs ?? null;
  if (toolId === null) return ownMs;
  const seconds = appOf(made, toolId)?.limits?.timeout_seconds ?? (ownMs === null ? usualSeconds(made) : null);
  if (seconds === null) return ownMs;
  return Math.min(seconds * 1000, ownMs ?? Number.POSITIVE_INFINITY);
}

function usualSeconds(made: MadeWorkflow): number | null {
  return configOf(made)?.defaults?.timeout_seconds ?? null;
}

function taskOf({ workflow }: MadeWorkflow, stepId: string) {
  const action = stepById(workflow, stepId)?.action;
  return action?.kind === 'task' ? action.task : null;
}

function ruleOf(made: MadeWorkflow, stepId: string) {
  const kind = taskOf(made, stepId)?.taskKind;
  return configOf(made)?.routing.rules?.find(({ match }) => kind !== undefined && match.task_kind?.includes(kind)) ?? null;
}

function appOf(made: MadeWorkflow, toolId: string): App | null {
  return configOf(made)?.apps[toolId] ?? null;
}
