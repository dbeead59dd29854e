import type { PlanReport, PlannedStep } from '../../schemas/cli/plan-report.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { formatDuration } from './render/duration.ts';
import { paint } from './render/style.ts';
import { formatTable } from './render/table.ts';
import type { Column } from './render/table.ts';

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
  if (report.worst_case_ms !== null) {
    const slots = report.max_parallel === null ? 'one step at a time' : `${count(report.max_parallel, 'step')} at a time`;
    const bounded = report.worst_case_ms === report.timeout_ms;
    return `ends after ${formatDuration(report.worst_case_ms)} at the latest (${bounded ? 'timeout of the workflow' : slots})`;
  }
  const unbounded = report.steps.filter((step: PlannedStep) => step.worst_case_ms === null);
  const names = unbounded.slice(0, 3).map((step) => step.step_id);
  const more = unbounded.length > names.length ? ` and ${unbounded.length - names.length} more` : '';
  return `no bound on the time: no timeout of ${names.join(', ')}${more}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
