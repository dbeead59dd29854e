import type { RunEvent } from '../../schemas/run-event.ts';
import { formatDuration } from './render/duration.ts';
import { describeReason } from './render/reason.ts';
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
      return [change(event.payload), withReason(event.payload.reason)];
    case 'tool_call_started':
      return [`attempt ${event.payload.attempt}`, sanitiseLine(event.payload.tool_id)];
    case 'tool_call_completed':
      return [`attempt ${event.payload.attempt}`, `in ${formatDuration(event.payload.duration_ms)}`];
    case 'tool_call_error':
      return [
        `attempt ${event.payload.attempt}`,
        `after ${formatDuration(event.payload.duration_ms)}`,
        withReason(event.payload.outcome),
      ];
    case 'approval_requested':
      return [sanitiseLine(event.payload.question)];
    case 'note':
      return [sanitiseLine(event.payload.text)];
    default:
      return [];
  }
}

function change({ from, to }: { from: string | null; to: string }): string {
  return from === null ? to : `${from} -> ${to}`;
}

function withReason(reason: unknown): string {
  const words = describeReason(reason);
  return words === '' ? '' : `(${words})`;
}
