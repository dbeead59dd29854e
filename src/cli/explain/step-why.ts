import type { ExplainedNeed } from '../../../schemas/cli/explain-report.ts';
import type { RunDetails, StepStatus } from '../../../schemas/cli/run-details.ts';
import type { Step, Workflow } from '../../workflow/model.ts';
import { formatTime } from '../format-time.ts';
import { describeReason, reasonBeside } from '../render/reason.ts';
import { textField } from '../render/run-event.ts';
import { describeStepState } from './state-words.ts';

/** What a step is explained from. */
export interface StepFrame {
  readonly details: RunDetails;
  /** The definition; null when this release cannot read it any more. */
  readonly workflow: Workflow | null;
  /** When the next attempt of a step in backoff starts (ISO 8601 UTC), where that is known. */
  readonly wakeAt: string | null;
}

const ends = new Set(['succeeded', 'failed', 'canceled', 'skipped']);
const mostNamed = 10;

/** What a step needs, and how that stands: in the order of the file, first what must have succeeded. */
export function needsOf(step: Step | null, { details }: StepFrame): ExplainedNeed[] {
  const stateOf = new Map(details.steps.map(({ step_id: id, state }) => [id, state]));
  const anyEnd = step?.if?.readsStatus === true;
  const needs = [
    ...(step?.needs ?? []).map((id) => ({ id, kind: 'needs' as const })),
    ...(step?.after ?? []).map((id) => ({ id, kind: 'after' as const })),
  ];
  return needs.map(({ id, kind }) => {
    const state = stateOf.get(id) ?? 'waiting';
    const met = ends.has(state) ? kind === 'after' || anyEnd || state === 'succeeded' : null;
    return { step_id: id, kind, state, met };
  });
}

/** Why a step is in its state, in sentences, the most important first. */
export function whyStep(status: StepStatus, needs: readonly ExplainedNeed[], frame: StepFrame): string[] {
  return [...sentences(status, needs, frame), ...rootCause(status, frame), ...unattended(status, frame)];
}

function sentences(status: StepStatus, needs: readonly ExplainedNeed[], frame: StepFrame): string[] {
  const { state, reason_text: reason } = status;
  switch (state) {
    case 'waiting':
      return whyWaiting(needs, frame);
    case 'held':
      return [`it waits: ${describeReason(frame.details.run.state_reason) || describeStepState(state)}`];
    case 'awaitingApproval':
      return [asked(status)];
    case 'backoff':
      return [`attempt ${status.attempts} failed${withWords(reason)}`, nextAttempt(frame.wakeAt)];
    case 'canceled':
      return [reason === null ? 'the run ended before it could start' : `it ${describeStepState(state)}${beside(state, reason)}`];
    case 'succeeded':
    case 'failed':
    case 'skipped':
      return [`it ${describeStepState(state)}${withTool(status)}${beside(state, reason)}${afterAttempts(status)}`];
    default:
      return [`it ${describeStepState(state)}${state.startsWith('attempting') ? inAttempt(status) : ''}`];
  }
}

function whyWaiting(needs: readonly ExplainedNeed[], { details }: StepFrame): string[] {
  const open = needs.filter(({ met }) => met === null);
  if (open.length > 0) {
    const named = open.slice(0, mostNamed).map(({ step_id: id, state }) => `${id}, which ${describeStepState(state)}`);
    const more = open.length > named.length ? `; and for ${open.length - named.length} more` : '';
    return [`it waits for ${named.join('; for ')}${more}`];
  }
  if (details.shown_state === 'paused' || details.chart_state === 'running.pausing')
    return ['the run is paused, so that no further step starts'];
  if (details.shown_state === 'interrupted') return ['it could start, but nothing goes on before the run is resumed'];
  return ['all that it needs has ended: it starts when a slot of the run is free, and for a task a tool'];
}

function asked({ question, answer_by: answerBy }: StepStatus): string {
  const until = answerBy === null ? '' : `; its default counts from ${formatTime(answerBy)}`;
  return `it asks a person${question === null ? '' : `: ${describeReason(question)}`}${until}`;
}

function nextAttempt(wakeAt: string | null): string {
  return wakeAt === null ? 'it is tried again' : `the next attempt starts at ${formatTime(wakeAt)}`;
}

function inAttempt({ attempts, tool_id: toolId }: StepStatus): string {
  return `: attempt ${attempts}${toolId === null ? '' : `, ${describeReason(toolId)}`}`;
}

function afterAttempts({ attempts }: StepStatus): string {
  return attempts > 1 ? ` (${attempts} attempts)` : '';
}

function withTool({ state, tool_id: toolId, attempts }: StepStatus): string {
  return state === 'succeeded' && attempts > 0 && toolId !== null ? ` with ${describeReason(toolId)}` : '';
}

function beside(state: string, reason: string | null): string {
  return withWords(reason === null ? null : reasonBeside(state, reason));
}

function withWords(reason: string | null): string {
  return reason === null || reason === '' ? '' : `: ${reason}`;
}

/** A skipped step names the step that it needs; what stopped that one may lie further back. */
function rootCause(status: StepStatus, { details }: StepFrame): string[] {
  const byId = new Map(details.steps.map((step) => [step.step_id, step]));
  const seen = new Set([status.step_id]);
  let cause = status;
  for (;;) {
    const need =
      textField(cause.reason, 'kind') === 'dependencyFailed' ? byId.get(textField(cause.reason, 'need') ?? '') : undefined;
    if (need === undefined || seen.has(need.step_id)) break;
    seen.add(need.step_id);
    cause = need;
  }
  if (cause === status) return [];
  return [`${cause.step_id} ${describeStepState(cause.state)}${beside(cause.state, cause.reason_text)}${afterAttempts(cause)}`];
}

function unattended({ state }: StepStatus, { details }: StepFrame): string[] {
  const begun = state !== 'waiting' && state !== 'awaitingApproval' && !ends.has(state);
  return begun && details.shown_state === 'interrupted' ? ['no live process has the run: this is where the step stood'] : [];
}
