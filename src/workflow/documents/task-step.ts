import { parseDurationMs } from '../duration.ts';
import type { TaskDeclaration } from '../model.ts';
import { classificationOf, defaultTemplateId, routingOf } from '../task-declaration.ts';
import { commandChecks, stepChecks } from './document-checks.ts';
import type { DocumentFile, DocumentPath } from './document-file.ts';
import type { StepParts } from './document-workflow.ts';
import type { PlacedTask, TaskDocument } from './task-document.ts';
import { taskRetry } from './task-retry.ts';

const failureRules = ['fail', 'continue'];

/**
 * The step that a task of a document becomes, without what it waits for; `path` is where the task stands. What the task says itself goes
 * before its `execution_request_template`. `objective` is that of its workstream; null where it stands alone. Mistakes are noted.
 */
export function taskStep(file: DocumentFile, task: TaskDocument, path: DocumentPath, objective: string | null): StepParts {
  const placed: PlacedTask = { file, task, path };
  const template = task.execution_request_template ?? {};
  const classification = classificationOf({ ...priorityOf(task), ...template.classification, ...task.classification });
  const retry = taskRetry(placed);
  const declaration: TaskDeclaration = Object.freeze({
    taskKind: task.kind,
    classification,
    resourceScope: task.resource_scope_delta ?? null,
    constraints: task.constraints_delta ?? null,
    ...routingOf(template.routing ?? {}),
    maxAttempts: retry.asked ? retry.policy.attempts : null,
    correlationId: template.telemetry?.correlation_id ?? null,
    traceFlags: template.telemetry?.trace_flags ?? [],
    templateId: defaultTemplateId,
    prompt: promptOf(placed, objective),
  });
  return {
    action: Object.freeze({ kind: 'task', task: declaration }),
    priority: classification.priority,
    timeoutMs: timeoutOf(placed),
    retry: retry.policy,
    checks: stepChecks(commandChecks(file, task.acceptance?.checks ?? [], [...path, 'acceptance', 'checks'])),
    continueOnError: continuesOnError(placed),
  };
}

// Work in the background gives way to other work, unless its document says how urgent it is.
function priorityOf(task: TaskDocument): { readonly priority?: 'low' } {
  return task.execution?.background === true ? { priority: 'low' } : {};
}

function timeoutOf({ file, task, path }: PlacedTask): number | null {
  const own = task.execution?.timeout_seconds;
  const seconds = own ?? task.execution_request_template?.routing?.timeout_seconds;
  if (seconds === undefined) return null;
  const timeoutMs = parseDurationMs(seconds);
  if (timeoutMs === null) {
    const place =
      own === undefined ? ['execution_request_template', 'routing', 'timeout_seconds'] : ['execution', 'timeout_seconds'];
    file.report([...path, ...place], {
      code: 'SY105',
      message: `"timeout_seconds": expected at most 365 days, found ${seconds}`,
    });
  }
  return timeoutMs;
}

function promptOf({ file, task, path }: PlacedTask, objective: string | null): TaskDeclaration['prompt'] {
  const ref = task.prompt_template_ref;
  if (ref !== undefined && ref !== defaultTemplateId) {
    const message = `the template "${ref}" is not known; known is ${defaultTemplateId}`;
    const hint = 'give the texts of the sections in "prompt_overrides"';
    file.report([...path, 'prompt_template_ref'], { code: 'SY105', message, hint });
  }
  const about = objective === null || objective.trim() === '' ? task.name : `${task.name}\n\n${objective}`;
  const given = Object.entries(task.prompt_overrides ?? {}).map(([name, text]) => [name, Object.freeze([text])]);
  return Object.freeze({ OBJECTIVE: Object.freeze([about]), ...Object.fromEntries(given) } as TaskDeclaration['prompt']);
}

function continuesOnError({ file, task, path }: PlacedTask): boolean {
  const rule = task.error_handling?.on_failure;
  if (rule === undefined || failureRules.includes(rule)) return rule === 'continue';
  const ofWorkstream = rule === 'fail_fast' || rule === 'escalate';
  const hint = ofWorkstream
    ? `"${rule}" is for the workstream: error_handling.strategy`
    : (file.suggestion.hint(rule, failureRules) ?? 'known are fail (the default) and continue');
  const message = `"on_failure": expected fail or continue, found ${JSON.stringify(rule)}`;
  file.report([...path, 'error_handling', 'on_failure'], { code: 'SY105', message, hint });
  return false;
}
