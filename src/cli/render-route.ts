import type { RouteReport } from '../../schemas/cli/route-report.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { formatDuration } from './render/duration.ts';
import { paint } from './render/style.ts';
import { formatTable } from './render/table.ts';
import type { Cell, Column } from './render/table.ts';
import { describeCut } from './render-routing.ts';

const columns: readonly Column[] = [
  { heading: 'CANDIDATE' },
  { heading: 'ATTEMPT', align: 'right' },
  { heading: 'VERDICT' },
  { heading: 'WHY', mayShrink: true },
];

/** A decision as text for a person: the request, the rule, the candidates in order, the choice and how its result is checked. */
export function renderRoute(report: RouteReport, look: Look): string {
  return [head(report, look), formatTable(columns, rows(report), look), tail(report, look)]
    .filter((part) => part !== '')
    .join('\n');
}

function head(report: RouteReport, look: Look): string {
  const { rule, router } = report;
  const words = rule === null ? 'none matches' : `${rule.id}${rule.description === null ? '' : `: ${rule.description}`}`;
  return fields(
    [
      ['task', report.step_id === null ? '' : `${report.step_id} of ${report.workflow ?? ''}`],
      ['request', requestWords(report)],
      ['phase', report.phase ?? ''],
      ['router', router.path],
      ['rule', words],
      ['strategy', report.decision.strategy],
      ['tool', toolWords(report)],
      ['because', report.because],
    ],
    look,
  );
}

function requestWords({ request: { task_kind, classification, routing } }: RouteReport): string {
  const { domain, complexity, risk_tier, priority } = classification;
  const parts = [
    `${task_kind}${domain === '' ? '' : ` in ${domain}`}`,
    complexity,
    risk_tier === '' ? '' : `risk ${risk_tier}`,
    `priority ${priority}`,
    routing.allowed_tools === undefined ? '' : `only ${routing.allowed_tools.join(', ')}`,
    routing.preferred_tools === undefined ? '' : `rather ${routing.preferred_tools.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function toolWords({ verdict, tool_id: toolId }: RouteReport): string {
  if (verdict === 'tool') return toolId ?? '';
  return verdict === 'waits' ? 'none yet: the task would wait for one that is busy' : 'none now: the task would fail';
}

function rows({ candidates }: RouteReport): Cell[][] {
  return candidates.map(({ tool_id: toolId, picked, why, detail, timeout_seconds: seconds }) => [
    toolId,
    seconds === null ? 'no bound' : formatDuration(seconds * 1000),
    picked ? { text: 'picked', style: 'green' } : why === null ? 'left' : { text: 'cut', style: 'yellow' },
    why === null ? '' : sanitiseLine(detail ?? describeCut(why)),
  ]);
}

function tail({ checks, max_attempts: attempts, validators, validators_required: required }: RouteReport, look: Look): string {
  const checked = checks.map(({ id, required: mustHold, what }): [string, string] => [
    'check',
    `${id}: ${what}${mustHold ? '' : ' (its failure is only noted)'}`,
  ]);
  return fields(
    [
      ['attempts', `at most ${attempts} with each tool`],
      ['validators', validators.length === 0 ? '' : `${validators.join(', ')}${required ? ' (required)' : ''}`],
      ...checked,
    ],
    look,
  );
}

function fields(lines: readonly (readonly [string, string])[], look: Look): string {
  const shown = lines.filter(([, value]) => value !== '');
  return shown.map(([name, value]) => `${paint(name.padEnd(11), 'dim', look.color)}${sanitiseLine(value)}\n`).join('');
}
