import type { StatsReport } from '../../schemas/cli/stats-report.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { formatDuration } from './render/duration.ts';
import { paint } from './render/style.ts';
import { formatTable } from './render/table.ts';
import type { Column } from './render/table.ts';
import { breakerCell, costCell, formatCost, formatRate } from './render-routing.ts';

const right = 'right' as const;

const workflowColumns: readonly Column[] = [
  { heading: 'WORKFLOW', mayShrink: true },
  { heading: 'RUNS', align: right },
  { heading: 'OK', align: right },
  { heading: 'MIN', align: right },
  { heading: 'MEAN', align: right },
  { heading: 'P50', align: right },
  { heading: 'P95', align: right },
  { heading: 'MAX', align: right },
];

const toolColumns: readonly Column[] = [
  { heading: 'TOOL' },
  { heading: 'CALLS', align: right },
  { heading: 'OK', align: right },
  { heading: 'MEAN', align: right },
  { heading: 'P95', align: right },
  { heading: 'COST USD', align: right },
  { heading: 'BREAKER' },
];

/** Figures over all runs as text for a person. */
export function renderStats(report: StatsReport, look: Look, nowMs: number): string {
  const parts = [runLines(report, look), workflowTable(report, look), toolTable(report, look, nowMs), lastLines(report, look)];
  return parts.filter((part) => part !== '').join('\n');
}

function runLines({ runs, store }: StatsReport, look: Look): string {
  const states = Object.entries(runs.by_state).filter(([, count]) => count > 0);
  const lines: [string, string][] = [
    ['store', sanitiseLine(store)],
    ['runs', `${runs.total}${states.length === 0 ? '' : `: ${states.map(([state, count]) => `${count} ${state}`).join(', ')}`}`],
    ['unattended', runs.unattended === 0 ? '' : `${runs.unattended} without a process: interrupted, paused or waiting`],
    ['unknown', runs.unknown === 0 ? '' : `${runs.unknown} not in the index: stateyard doctor`],
    ['succeeded', runs.success_rate === null ? '' : `${formatRate(runs.success_rate)} of ${runs.ended} that have ended`],
  ];
  return fields(lines, look);
}

function workflowTable({ workflows }: StatsReport, look: Look): string {
  const rows = workflows.map(({ workflow, runs, success_rate, durations }) => [
    sanitiseLine(workflow),
    String(runs),
    formatRate(success_rate),
    ...(durations === null
      ? ['-', '-', '-', '-', '-']
      : [durations.min_ms, durations.mean_ms, durations.p50_ms, durations.p95_ms, durations.max_ms].map(formatDuration)),
  ]);
  return formatTable(workflowColumns, rows, look);
}

function toolTable({ tools }: StatsReport, look: Look, nowMs: number): string {
  const rows = tools.map(({ tool_id: toolId, figures, breaker }) => [
    sanitiseLine(toolId),
    String(figures.calls),
    formatRate(figures.success_rate),
    figures.mean_ms === null ? '-' : formatDuration(figures.mean_ms),
    figures.p95_ms === null ? '-' : formatDuration(figures.p95_ms),
    costCell(figures.cost_usd),
    breakerCell(breaker, nowMs),
  ]);
  return formatTable(toolColumns, rows, look);
}

function lastLines({ open_breakers: open, tools, cost_usd: costUsd }: StatsReport, look: Look): string {
  if (tools.length === 0) return '';
  const lines: [string, string][] = [
    ['breakers', open.length === 0 ? 'all closed' : `not closed: ${open.map((toolId) => sanitiseLine(toolId)).join(', ')}`],
    ['cost', formatCost(costUsd)],
  ];
  return fields(lines, look);
}

function fields(lines: readonly (readonly [string, string])[], look: Look): string {
  const shown = lines.filter(([, value]) => value !== '');
  return shown.map(([name, value]) => `${paint(name.padEnd(11), 'dim', look.color)}${value}\n`).join('');
}
