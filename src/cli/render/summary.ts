import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { StepEndState } from '../../workflow/model.ts';
import { formatDuration } from './duration.ts';
import { describeReason, reasonBeside } from './reason.ts';
import type { RunProgress, SettledStep } from './run-progress.ts';
import { renderSpans, span } from './style.ts';
import type { Span, Style } from './style.ts';

/** What is known of a run when its display ends. */
export interface RunFigures {
  readonly runId: string;
  readonly workflowName: string;
  readonly totalSteps: number;
  readonly counts: Readonly<Record<StepEndState, number>>;
  /** From the run's start to now, in milliseconds; null for a run that did not start. */
  readonly elapsedMs: number | null;
  /** Failed steps in the order in which they failed. */
  readonly failed: readonly SettledStep[];
}

/** How the run stands when its display ends. `interrupted`: this process stops, the run can be taken up again. */
export type RunStanding = 'succeeded' | 'failed' | 'canceled' | 'paused' | 'awaiting' | 'quarantined' | 'interrupted';

/** The figures of a run at `nowMs` (wall clock). */
export function figuresOf(progress: RunProgress, nowMs: number): RunFigures {
  return {
    runId: progress.plan.runId,
    workflowName: progress.plan.workflowName,
    totalSteps: progress.plan.totalSteps,
    counts: { ...progress.counts },
    elapsedMs: progress.startedAtMs === null ? null : Math.max(0, nowMs - progress.startedAtMs),
    failed: [...progress.failed],
  };
}

const mostFailedListed = 20;

const headlines: Readonly<Record<RunStanding, { readonly icon: string; readonly words: string; readonly style: Style }>> = {
  succeeded: { icon: '✔', words: 'succeeded', style: 'green' },
  failed: { icon: '✖', words: 'failed', style: 'red' },
  canceled: { icon: '■', words: 'was canceled', style: 'yellow' },
  awaiting: { icon: '?', words: 'waits for an answer', style: 'yellow' },
  paused: { icon: '◷', words: 'is paused', style: 'yellow' },
  quarantined: { icon: '✖', words: 'was quarantined', style: 'red' },
  interrupted: { icon: '■', words: 'was interrupted', style: 'yellow' },
};

/** The ended steps in words: `12 of 14 steps ok, 1 failed, 1 skipped`. */
function describeCounts(counts: Readonly<Record<StepEndState, number>>, totalSteps: number): string {
  const parts = [`${counts.succeeded} of ${totalSteps} ${totalSteps === 1 ? 'step' : 'steps'} ok`];
  for (const state of ['failed', 'canceled', 'skipped'] as const) if (counts[state] > 0) parts.push(`${counts[state]} ${state}`);
  return parts.join(', ');
}

function failedLines(figures: RunFigures): Span[][] {
  const lines: Span[][] = [];
  for (const step of figures.failed.slice(0, mostFailedListed)) {
    const attempts = step.attempts > 1 ? ` (${step.attempts} attempts)` : '';
    lines.push([span('  '), span(step.stepId, 'bold'), span(': '), span(step.reason || 'failed', 'red'), span(attempts)]);
    const check = step.check === null ? '' : ` --check ${step.check}`;
    if (step.attempts > 0) lines.push([span(`    stateyard logs ${figures.runId} ${step.stepId}${check}`, 'cyan')]);
  }
  const more = figures.failed.length - mostFailedListed;
  if (more > 0) lines.push([span(`  and ${more} more failed ${more === 1 ? 'step' : 'steps'}`)]);
  return lines;
}

/** What a person can say to a run that waits for one. */
function personLines(runId: string, ending: { readonly standing: RunStanding; readonly awaiting?: readonly string[] }): Span[][] {
  const command = (label: string, words: string): Span[] => [span(label), span(`stateyard ${words}`, 'cyan')];
  const lines = (ending.awaiting ?? []).map((stepId) => [
    ...command(`  ${stepId}: `, `approve ${runId} ${stepId}`),
    span(' (or reject)'),
  ]);
  if (ending.standing === 'awaiting') lines.push(command('Then: ', `resume ${runId}`));
  if (ending.standing === 'paused') lines.push(command('Let it go on: ', `unpause ${runId}`));
  return lines;
}

/**
 * The last lines of a run for a person, each ending in a line end: how it ended and its figures; the failed steps of a run that did
 * not succeed with reason, attempts and the command for their output; the command to go on with. Commands are never cut, so
 * that they can be copied.
 */
export function summarise(
  figures: RunFigures,
  ending: {
    readonly standing: RunStanding;
    readonly reason?: unknown;
    readonly awaiting?: readonly string[];
    readonly color: boolean;
  },
): string {
  const { icon, words, style } = headlines[ending.standing];
  const reason = reasonBeside(ending.standing, describeReason(ending.reason));
  const took =
    figures.elapsedMs === null ? '' : ` ${ending.standing === 'succeeded' ? 'in' : 'after'} ${formatDuration(figures.elapsedMs)}`;
  const name = sanitiseLine(figures.workflowName);
  const lines: Span[][] = [
    [span(`${icon} ${name} ${words}`, style), span(`${took}: ${describeCounts(figures.counts, figures.totalSteps)}`)],
  ];
  if (reason !== '') lines.push([span(`  ${reason}`)]);
  if (ending.standing !== 'succeeded') lines.push(...failedLines(figures));
  const { runId } = figures;
  lines.push(...personLines(runId, ending));
  const next =
    ending.standing === 'interrupted'
      ? [span('Take it up again: '), span(`stateyard resume ${runId}`, 'cyan')]
      : [
          span(ending.standing === 'succeeded' ? 'Details: ' : 'All of the run: ', 'dim'),
          span(`stateyard show ${runId}`, 'cyan'),
        ];
  lines.push(next);
  return lines.map((line) => `${renderSpans(line, { color: ending.color, columns: null })}\n`).join('');
}
