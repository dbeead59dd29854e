import { renderPrompt } from '../../router/prompt.ts';
import { completeRequest } from '../../router/request.ts';
import type { ExecutionRequest } from '../../schemas/execution-request.ts';
import type { PromptInstance } from '../../schemas/prompt-instance.ts';
import { invariant } from '../errors.ts';
import type { BoundCheck } from '../routing/run-routing.ts';
import { resolveTask, type ExpressionFailure } from '../workflow/resolve-step.ts';
import { expressionContext, stepOf, taskOf, type LoadedRun, type StepResults } from './loaded-run.ts';
import { iso } from './run-event.ts';

/** A prompt with its values, and what the tool is started with beside it. */
export interface ResolvedPrompt {
  readonly kind: 'task';
  readonly sections: PromptInstance['sections'];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string | null;
}

/** The prompt of a task step, or the failure of its expression. The same each time: what it reads has ended. */
export function resolvePrompt(
  { run, results }: { readonly run: LoadedRun; readonly results: StepResults },
  stepId: string,
): ResolvedPrompt | ExpressionFailure {
  const step = stepOf(run, stepId);
  const resolved = resolveTask(run.workflow, step, expressionContext(run, results));
  if (resolved.kind === 'expressionFailed') return resolved;
  const { draft, checks } = taskOf(run, stepId);
  const work = {
    request: draft,
    projectId: run.projectId,
    stepId,
    phase: run.routing.phase?.spec ?? null,
    workstream: run.workflow.workstream,
    constraints: step.action.kind === 'task' ? step.action.task.constraints : null,
    checks: checks.map(({ id, required, action }) => ({ id, required, what: whatChecks(action) })),
  };
  const sections = renderPrompt(work, resolved.sections);
  return { ...resolved, sections };
}

/** What a check does, as a prompt speaks of it: a script without values, a command, a tool. */
function whatChecks(action: BoundCheck['action']): string {
  if (action.kind === 'run') return action.script;
  if (action.kind === 'tool') return action.toolId;
  return action.argv.map((word) => word.map((piece) => (typeof piece === 'string' ? piece : '…')).join('')).join(' ');
}

/** The execution request of a task step as it is stored: what was drafted when the run was started, with its id and time. */
export function storedRequest(
  run: LoadedRun,
  stepId: string,
  { requestId, requestedAtMs }: { readonly requestId: string; readonly requestedAtMs: number },
): ExecutionRequest {
  return completeRequest(taskOf(run, stepId).draft, {
    requestId,
    projectId: run.projectId,
    createdBy: run.requestedBy ?? 'stateyard',
    createdAt: iso(requestedAtMs),
    promptId: null,
  });
}

/** The prompt that one tool is given, as it is stored. */
export function promptInstance(
  run: LoadedRun,
  stepId: string,
  given: { readonly promptId: string; readonly toolId: string; readonly sections: PromptInstance['sections'] },
): PromptInstance {
  const { action } = stepOf(run, stepId);
  invariant(action.kind === 'task', `step ${stepId} is not a task`);
  return {
    prompt_instance_id: given.promptId,
    template_id: action.task.templateId,
    target_tool: given.toolId,
    kind: action.task.taskKind,
    sections: given.sections,
  };
}
