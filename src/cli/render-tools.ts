import type { ListedTool, ToolList } from '../../schemas/cli/tool-list.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { formatDuration } from './render/duration.ts';
import { paint } from './render/style.ts';
import { formatTable } from './render/table.ts';
import type { Cell, Column } from './render/table.ts';
import { breakerCell, costCell, formatRate } from './render-routing.ts';

const columns: readonly Column[] = [
  { heading: 'TOOL' },
  { heading: 'DOES', mayShrink: true },
  { heading: 'PROGRAM', mayShrink: true },
  { heading: 'AT A TIME', align: 'right' },
  { heading: 'TIMEOUT', align: 'right' },
  { heading: 'TIER' },
  { heading: 'BREAKER' },
  { heading: 'CALLS', align: 'right' },
  { heading: 'OK', align: 'right' },
  { heading: 'MEAN', align: 'right' },
  { heading: 'P95', align: 'right' },
  { heading: 'COST USD', align: 'right' },
];

/** The tools of a configuration as a table for a person. */
export function renderTools(list: ToolList, look: Look, nowMs: number): string {
  const found = list.tools.filter(({ program }) => program !== null).length;
  return [
    `${paint('router', 'dim', look.color)} ${sanitiseLine(list.router.path)}: ${list.tools.length} tools, ${found} of them installed\n`,
    formatTable(
      columns,
      list.tools.map((tool) => row(tool, nowMs)),
      look,
    ),
  ].join('\n');
}

function row(tool: ListedTool, nowMs: number): Cell[] {
  const { figures, breaker } = tool;
  return [
    { text: tool.tool_id, style: tool.program === null ? 'dim' : 'plain' },
    sanitiseLine(doesWords(tool)),
    tool.program === null
      ? { text: sanitiseLine(tool.problem ?? 'not installed'), style: 'yellow' }
      : { text: sanitiseLine(tool.program), style: 'plain' },
    tool.max_parallel === null ? 'any' : `${tool.busy}/${tool.max_parallel}`,
    tool.timeout_seconds === null ? '-' : formatDuration(tool.timeout_seconds * 1000),
    tool.safety_tier ?? '-',
    breakerCell(breaker, nowMs),
    String(figures.calls),
    formatRate(figures.success_rate),
    figures.mean_ms === null ? '-' : formatDuration(figures.mean_ms),
    figures.p95_ms === null ? '-' : formatDuration(figures.p95_ms),
    costCell(figures.cost_usd),
  ];
}

function doesWords({ kind, task_kinds: kinds, domains }: ListedTool): string {
  const work = kinds === null ? 'any kind of task' : kinds.join(', ') || 'nothing';
  const where = domains === null || domains.length === 0 ? '' : ` in ${domains.join(', ')}`;
  return `${kind === 'tool' ? '' : `${kind}: `}${work}${where}`;
}
