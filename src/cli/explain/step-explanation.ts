import { ruleOf } from '../../../router/decide.ts';
import type {
  ExplainedAttempt,
  ExplainedDecision,
  ExplainedRouting,
  ExplainedStep,
  ToolShare,
} from '../../../schemas/cli/explain-report.ts';
import type { StepStatus } from '../../../schemas/cli/run-details.ts';
import type { PromptInstance } from '../../../schemas/prompt-instance.ts';
import type { StoredAttempt } from '../../history/history-rows.ts';
import { decisionsOf, requestsOf, type RecordedDecision, type StoredRouting } from '../../history/routing-history.ts';
import type { RunHistory } from '../../history/run-history.ts';
import type { BoundTask } from '../../routing/run-routing.ts';
import type { Step } from '../../workflow/model.ts';
import { describeDecision } from '../render-routing.ts';
import { describeReason } from '../render/reason.ts';
import { field, numberField, textField } from '../render/run-event.ts';
import { describeCheck } from './check-words.ts';
import { needsOf, whyStep, type StepFrame } from './step-why.ts';

/** What one step is explained from, beside its status. */
export interface StepSources extends Omit<StepFrame, 'wakeAt'> {
  readonly history: RunHistory;
  /** Configuration and phase as they are stored. */
  readonly routing: StoredRouting;
}

/** Everything about one step: why it is in its state, what was tried, and for a task how its tools were picked. */
export function explainStep(status: StepStatus, sources: StepSources): ExplainedStep {
  const { history, workflow, routing, details } = sources;
  const step = workflow?.steps.find(({ id }) => id === status.step_id) ?? null;
  const attempts = history.attempts(status.step_id).map(explainAttempt);
  const frame = { details, workflow, wakeAt: status.state === 'backoff' ? wakeTime(history, status.step_id) : null };
  const needs = needsOf(step, frame);
  return {
    step_id: status.step_id,
    action: step?.action.kind ?? null,
    state: status.state,
    why: whyStep(status, needs, frame),
    reason: status.reason,
    needs,
    condition: step === null || step.if === null ? null : { source: step.if.source, replaces_needs: step.if.readsStatus },
    question: status.question,
    answer_by: status.answer_by,
    attempts,
    by_tool: sharesOf(attempts),
    checks: checksOf(step, routing),
    cost_usd: attempts.reduce((sum, { cost_usd: costUsd }) => sum + (costUsd ?? 0), 0),
    routing: routingOf(step, status.step_id, sources),
  };
}

function explainAttempt({ attempt, document }: StoredAttempt): ExplainedAttempt {
  const { metadata, started_at: startedAt, ended_at: endedAt } = document;
  return {
    attempt,
    check: textField(metadata, 'check'),
    tool_id: document.tool_id,
    state: document.state,
    words: describeReason(field(metadata, 'outcome')) || document.state,
    exit_code: document.exit_code,
    started_at: startedAt,
    duration_ms: endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
    cost_usd: numberField(metadata, 'cost_usd'),
  };
}

function sharesOf(attempts: readonly ExplainedAttempt[]): ToolShare[] {
  const shares = new Map<string, ToolShare>();
  for (const { check, tool_id: toolId, state, cost_usd: costUsd } of attempts) {
    if (check !== null) continue;
    const share = shares.get(toolId) ?? { tool_id: toolId, attempts: 0, succeeded: 0, failed: 0, cost_usd: 0 };
    shares.set(toolId, {
      tool_id: toolId,
      attempts: share.attempts + 1,
      succeeded: share.succeeded + (state === 'succeeded' ? 1 : 0),
      failed: share.failed + (state === 'failed' ? 1 : 0),
      cost_usd: share.cost_usd + (costUsd ?? 0),
    });
  }
  return [...shares.values()];
}

function checksOf(step: Step | null, routing: StoredRouting): ExplainedStep['checks'] {
  const bound = step === null ? null : boundTask(routing, step.id);
  return (bound?.checks ?? step?.checks ?? []).map((check) => ({
    id: check.id,
    required: check.required,
    what: describeCheck(check),
  }));
}

function routingOf(step: Step | null, stepId: string, { history, routing }: StepSources): ExplainedRouting | null {
  const decisions = decisionsOf(history, stepId, routing);
  if (step?.action.kind !== 'task' && decisions.length === 0) return null;
  const task = boundTask(routing, stepId);
  return {
    request: [...requestsOf(history, stepId).values()].at(-1) ?? null,
    rule: ruleIdOf(routing, task),
    candidates: [...(task?.candidates ?? [])],
    max_attempts: task?.maxAttempts ?? null,
    decisions: decisions.map(explainDecision),
    prompts: promptsOf(history, stepId),
    problem: 'problem' in routing ? routing.problem : null,
  };
}

function boundTask(stored: StoredRouting, stepId: string): BoundTask | null {
  return 'routing' in stored ? (stored.routing.tasks.get(stepId) ?? null) : null;
}

function ruleIdOf(stored: StoredRouting, task: BoundTask | null): string | null {
  if (!('routing' in stored) || stored.routing.router === null || task === null) return null;
  return ruleOf(stored.routing.router.config, task.draft)?.id ?? null;
}

function explainDecision({ attempt, decidedAt, requestId, decision, again, difference }: RecordedDecision): ExplainedDecision {
  const words = describeDecision(decision);
  return { attempt, decided_at: decidedAt, request_id: requestId, decision, words, again, difference };
}

function promptsOf(history: RunHistory, stepId: string): PromptInstance[] {
  const prompts = history.documents(stepId).filter(({ kind }) => kind === 'prompt_instance');
  return prompts.map(({ body }) => body as PromptInstance);
}

/** When the next attempt of a step in backoff starts: its last change of state says so. */
function wakeTime(history: RunHistory, stepId: string): string | null {
  const last = history.stepEvents(stepId, 'step_state_changed').at(-1);
  return last === undefined ? null : textField(last.document.payload, 'wake_at');
}
