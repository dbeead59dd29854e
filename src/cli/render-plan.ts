import type { PlanReport } from '../../schemas/cli/plan-report.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { formatDuration } from './render/duration.ts';
import { paint } from './render/style.ts';
import { formatTable } from './render/table.ts';
import type { Column } from './render/table.ts';
import { renderVerdict } from './render-verdict.ts';

const columns: readonly Column[] = [
  { heading: 'LEVEL', align: 'right' },
  { heading: 'STEP', mayShrink: true },
  { heading: 'TOOL', mayShrink: true },
  { heading: 'NEEDS', mayShrink: true },
  { heading: 'ATTEMPTS', align: 'right' },
  { heading: 'AT MOST', align: 'right' },
];

/** A plan as text for a person: the steps level by level, the critical path marked, then the figures of the whole. */
export function renderPlan(report: PlanReport, look: Look): string {
  const byLevel = report.steps.toSorted((a, b) => a.level - b.level);
  const rows = byLevel.map((step) => [
    String(step.level),
    {
      text: `${step.step_id}${step.on_critical_path ? ' *' : ''}`,
      style: step.on_critical_path ? ('bold' as const) : ('plain' as const),
    },
    sanitiseLine(step.tool),
    [...step.needs, ...step.after.map((id) => `after ${id}`)].join(', '),
    step.max_attempts === 0 ? '' : String(step.max_attempts),
    bound(step.worst_case_ms),
  ]);
  return [
    `${paint(sanitiseLine(report.workflow), 'bold', look.color)}: ${count(report.steps_total, 'step')} in ${count(report.levels.length, 'level')}\n\n`,
    formatTable(columns, rows, look),
    '\n',
    `* critical path: ${report.critical_path.join(' -> ')}\n`,
    `at most ${count(report.max_attempts, 'attempt')}; ${worstCase(report)}\n`,
    renderVerdict(report),
    report.router === null ? '' : `tools of tasks by ${sanitiseLine(report.router)}${phaseWords(report)}\n`,
  ].join('');
}

function phaseWords({ phase }: PlanReport): string {
  return phase === null ? '' : `, in phase ${sanitiseLine(phase)}`;
}

function bound(ms: number | null): string {
  return ms === null ? 'no bound' : formatDuration(ms);
}

function worstCase(report: PlanReport): string {
  const { worst_case_ms: worstMs, timeout_ms: timeoutMs, max_parallel: maxParallel } = report;
  if (worstMs === null) return 'no bound on the time';
  const slots = maxParallel === null ? 'one step at a time' : `${count(maxParallel, 'step')} at a time`;
  const why = timeoutMs !== null && worstMs > timeoutMs ? `timeout of ${formatDuration(timeoutMs)}, and what stops then` : slots;
  const waits = report.verdict.ends_if.some(({ kind }) => kind === 'nothing_fails' || kind === 'budget_suffices');
  return `ends after ${formatDuration(worstMs)} at the latest (${why}${waits ? '; without waits for a person' : ''})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
