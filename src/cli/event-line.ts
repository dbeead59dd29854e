import type { RunEvent } from '../../schemas/run-event.ts';
import { describeStepState } from './explain/state-words.ts';
import { formatCost, routingChange } from './render-routing.ts';
import { formatDuration } from './render/duration.ts';
import { describeReason } from './render/reason.ts';
import { numberField, textField } from './render/run-event.ts';
import { paint } from './render/style.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';

/** One event as one line for a person: time in UTC, step (`-`: the run), kind, what changed and why. */
export function eventLine(event: RunEvent, color: boolean): string {
  const step = 'step_id' in event.payload && event.payload.step_id !== undefined ? event.payload.step_id : '-';
  const words = [paint(event.ts, 'dim', color), paint(sanitiseLine(step), 'bold', color), event.kind, ...detail(event)];
  return `${words.filter((word) => word !== '').join(' ')}\n`;
}

function detail(event: RunEvent): string[] {
  switch (event.kind) {
    case 'run_created':
      return [`${sanitiseLine(event.payload.workflow)}, ${event.payload.steps} steps`];
    case 'run_started':
      return [change(event.payload)];
    case 'run_state_changed':
      return [change(event.payload), withReason(event.payload.reason)];
    case 'step_state_changed':
      return [change(event.payload), withReason(event.payload.reason ?? routedState(event.payload.to))];
    case 'tool_call_started':
      return [`attempt ${event.payload.attempt}`, ...checkOf(event.payload), sanitiseLine(event.payload.tool_id)];
    case 'tool_call_completed':
      return [
        `attempt ${event.payload.attempt}`,
        ...checkOf(event.payload),
        `in ${formatDuration(event.payload.duration_ms)}`,
        ...costOf(event.payload),
      ];
    case 'tool_call_error':
      return [
        `attempt ${event.payload.attempt}`,
        ...checkOf(event.payload),
        `after ${formatDuration(event.payload.duration_ms)}`,
        ...costOf(event.payload),
        withReason(event.payload.outcome),
      ];
    case 'approval_requested':
      return [sanitiseLine(event.payload.question)];
    case 'note':
      return [sanitiseLine(event.payload.text)];
    default:
      return routingWords(event);
  }
}

/** Events of routing: their words hold the attempt and the tool. */
function routingWords(event: RunEvent): string[] {
  const change = routingChange(event);
  return change !== null && 'words' in change ? [change.words] : [];
}

/** States in which nothing of the step is executed by its tool are not told by their names alone. */
function routedState(state: string): string {
  return ['routing', 'held', 'attempting.verifying'].includes(state) ? describeStepState(state) : '';
}

function checkOf(payload: object): string[] {
  const check = textField(payload, 'check');
  return check === null ? [] : [`check ${sanitiseLine(check)}`];
}

function costOf(payload: object): string[] {
  const costUsd = numberField(payload, 'cost_usd');
  return costUsd === null ? [] : [`cost ${formatCost(costUsd)}`];
}

function change({ from, to }: { from: string | null; to: string }): string {
  return from === null ? to : `${from} -> ${to}`;
}

function withReason(reason: unknown): string {
  const words = describeReason(reason);
  return words === '' ? '' : `(${words})`;
}
