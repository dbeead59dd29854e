import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { waitingWords } from './change-words.ts';
import { formatElapsed } from './duration.ts';
import { progressBar } from './progress-bar.ts';
import type { LiveStep, RunProgress } from './run-progress.ts';
import { span } from './style.ts';
import type { Span } from './style.ts';

/** What the live lines depend on beside the progress. `lastLine` gives a step's newest output, clean and on one line. */
export interface LiveView {
  readonly nowMs: number;
  readonly columns: number;
  readonly rows: number;
  /** Counts the frames, and so turns the spinner. */
  readonly frame: number;
  readonly idColumns: number;
  lastLine(step: LiveStep): string;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

function liveLine(step: LiveStep, view: LiveView): Span[] {
  const elapsed = span(` ${formatElapsed(view.nowMs - step.startedAtMs).padStart(6)}`, 'dim');
  const id = span(` ${step.stepId.padEnd(view.idColumns)}`);
  if (step.wakeAtMs !== null) {
    // Whole seconds: a countdown that changes ten times a second is noise.
    const leftMs = Math.ceil(Math.max(0, step.wakeAtMs - view.nowMs) / 1000) * 1000;
    return [span('◷', 'yellow'), id, elapsed, span(`  ${waitingWords(step, leftMs)}`, 'yellow')];
  }
  if (step.question !== null) return [span('?', 'yellow'), id, elapsed, span(`  ${sanitiseLine(step.question)}`, 'yellow')];
  const attempt = step.attempt > 1 ? [span(`  attempt ${step.attempt}`, 'yellow')] : [];
  const output = view.lastLine(step);
  return [
    span(spinner[view.frame % spinner.length] ?? '', 'cyan'),
    id,
    elapsed,
    ...attempt,
    ...(output === '' ? [] : [span(`  ${output}`, 'dim')]),
  ];
}

/** How many live steps have a line of their own: three quarters of the terminal at most, so that settled steps remain in sight. */
function liveStepRows(rows: number): number {
  return Math.max(0, Math.min(rows - 3, Math.floor(rows * 0.75)));
}

/** The lines under the settled steps: one a live step, the oldest first, how many more there are, and the bar. Never more than `rows`. */
export function liveLines(progress: RunProgress, view: LiveView): Span[][] {
  const lines: Span[][] = [];
  const room = liveStepRows(view.rows);
  for (const step of progress.live.values()) {
    if (lines.length >= room) break;
    lines.push(liveLine(step, view));
  }
  const more = progress.live.size - lines.length;
  if (more > 0 && view.rows >= 3) lines.push([span(`  … and ${more} more`, 'dim')]);
  lines.push(progressBar(progress, view.nowMs, Math.max(1, view.columns - 1)));
  return lines;
}
