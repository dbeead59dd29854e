import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { LogTail, TailBounds } from '../../logs/tail-lines.ts';
import type { StepEndState } from '../../workflow/model.ts';
import type { ReadTail, ShownAttempt } from './display.ts';
import { formatDuration } from './duration.ts';
import type { SettledStep } from './run-progress.ts';
import { span } from './style.ts';
import type { Span, Style } from './style.ts';

/** The sign and colour of each way to end. */
export const endIcons: Readonly<Record<StepEndState, { readonly icon: string; readonly style: Style }>> = {
  succeeded: { icon: '✔', style: 'green' },
  failed: { icon: '✖', style: 'red' },
  canceled: { icon: '■', style: 'yellow' },
  skipped: { icon: '–', style: 'dim' },
};

/** A settled step in one line: sign, id, duration, attempts when more than one, reason. `idColumns` aligns the ids. */
export function settledSpans(step: SettledStep, idColumns = 0): Span[] {
  const { icon, style } = endIcons[step.state];
  const spans = [span(icon, style), span(` ${step.stepId.padEnd(idColumns)}`)];
  const duration = step.durationMs === null || step.attempts === 0 ? '' : formatDuration(step.durationMs);
  if (duration !== '' || idColumns > 0) spans.push(span(` ${duration.padStart(idColumns > 0 ? 6 : 0)}`, 'dim'));
  if (step.attempts > 1) spans.push(span(`  ${step.attempts} attempts`, 'yellow'));
  if (step.reason !== '') spans.push(span(`  ${step.reason}`, step.state === 'failed' ? 'red' : 'dim'));
  return spans;
}

const failureTail: TailBounds = { lines: 15, maxBytes: 64 * 1024 };
const widestTailLine = 2000;

/** The end of an attempt's log; an error in reading it becomes a line that says so, as a display must not end a run. */
export function readTailSafely(readTail: ReadTail, attempt: ShownAttempt, bounds: TailBounds): LogTail {
  if (attempt.number < 1) return { lines: [], omittedBytes: 0 };
  try {
    return readTail(attempt, bounds);
  } catch (error) {
    return { lines: [`(the log cannot be read: ${error instanceof Error ? error.message : String(error)})`], omittedBytes: 0 };
  }
}

/** The last 15 lines of a failed step's output, clean and indented, without blank ones at their end; very long ones are cut. */
export function failureTailLines(readTail: ReadTail, step: SettledStep): Span[][] {
  const tail = readTailSafely(readTail, { stepId: step.stepId, number: step.attempts, checkRun: step.checkRun }, failureTail);
  const clean = tail.lines.map((line) => sanitiseLine(line, widestTailLine));
  const end = clean.findLastIndex((line) => line.trim() !== '') + 1;
  return clean.slice(0, end).map((line) => [span('    │ ', 'dim'), span(line)]);
}
