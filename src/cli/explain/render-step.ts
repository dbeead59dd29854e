import { promptText } from '../../../router/prompt.ts';
import type {
  ExplainedAttempt,
  ExplainedDecision,
  ExplainedRouting,
  ExplainedStep,
} from '../../../schemas/cli/explain-report.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { formatTime } from '../format-time.ts';
import type { Look } from '../look.ts';
import { costCell, formatCost } from '../render-routing.ts';
import { formatDuration } from '../render/duration.ts';
import { paint } from '../render/style.ts';
import { formatTable } from '../render/table.ts';
import type { Cell, Column } from '../render/table.ts';
import { stateStyle, stepWord } from '../state-style.ts';

const columns: readonly Column[] = [
  { heading: 'ATTEMPT', align: 'right' },
  { heading: 'TOOL', mayShrink: true },
  { heading: 'STATE' },
  { heading: 'TOOK', align: 'right' },
  { heading: 'COST USD', align: 'right' },
  { heading: 'WHAT CAME OF IT', mayShrink: true },
];

const promptLines = 10;

/** One step as text for a person: why it is in its state, its needs, its routing, its attempts and checks. */
export function renderStepExplanation(step: ExplainedStep, look: Look): string {
  const parts = [
    `Why:\n${step.why.map((sentence) => `  ${sanitiseLine(sentence)}\n`).join('')}`,
    needs(step, look),
    step.routing === null ? '' : routing(step.routing, look),
    attempts(step, look),
    checks(step),
    step.routing === null ? '' : prompt(step.routing, look),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function needs({ needs: all, condition }: ExplainedStep, look: Look): string {
  const lines = all.map(({ step_id: id, kind, state, met }) => {
    const word = stepWord(state);
    const verdict = met === null ? 'has not ended' : met ? 'met' : 'not met';
    return `  ${kind === 'after' ? 'after ' : ''}${id}: ${paint(word, stateStyle(word), look.color)}, ${verdict}`;
  });
  if (condition !== null) {
    const also = condition.replaces_needs ? ' (it reads how needs ended, so that they need not have succeeded)' : '';
    lines.push(`  if: ${sanitiseLine(condition.source)}${also}`);
  }
  return lines.length === 0 ? '' : `Needs:\n${lines.map((line) => `${line}\n`).join('')}`;
}

function routing({ request, rule, candidates, max_attempts: most, decisions, problem }: ExplainedRouting, look: Look): string {
  const lines = [
    ...(request === null ? [] : [`request ${request.request_id}: ${requestWords(request)}`]),
    ...(problem === null ? [`rule: ${rule ?? 'none matches'}`] : [`what it was routed by cannot be read any more: ${problem}`]),
    ...(candidates.length === 0
      ? []
      : [`candidates: ${candidates.join(', ')}${most === null ? '' : `; ${most} attempt${most === 1 ? '' : 's'} with each`}`]),
  ];
  const made = decisions.flatMap((decision) => decisionLines(decision, look));
  return `Routing:\n${lines.map((line) => `  ${sanitiseLine(line)}\n`).join('')}${made.join('')}`;
}

function requestWords({ task_kind: kind, classification }: NonNullable<ExplainedRouting['request']>): string {
  const { domain, complexity, risk_tier: risk, priority } = classification;
  const parts = [
    `${kind}${domain === '' ? '' : ` in ${domain}`}`,
    complexity,
    risk === '' ? '' : `risk ${risk}`,
    `priority ${priority}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

const againWords = {
  same: 'computed again: the same',
  different: 'computed again, it comes out otherwise',
  unknown: 'it cannot be computed again',
} as const;

function decisionLines({ attempt, decided_at: at, decision, words, again, difference }: ExplainedDecision, look: Look): string[] {
  const detail = difference === null ? '' : `: ${difference}`;
  const lines = [
    `  attempt ${attempt}: ${words}`,
    `    because: ${decision.because}`,
    ...decision.cut.map(({ tool_id: toolId, detail: cause }) => `    cut: ${toolId}: ${cause}`),
  ].map((line) => `${sanitiseLine(line)}\n`);
  const style = again === 'same' ? 'dim' : 'yellow';
  return [...lines, `    ${paint(sanitiseLine(`${formatTime(at)}; ${againWords[again]}${detail}`), style, look.color)}\n`];
}

function attempts({ attempts: all, by_tool: tools, cost_usd: costUsd }: ExplainedStep, look: Look): string {
  if (all.length === 0) return '';
  const shares = tools.map(({ tool_id: toolId, attempts: count, succeeded }) => `${toolId} ${succeeded} of ${count}`);
  const last = `succeeded: ${sanitiseLine(shares.join(', '))}${costUsd === 0 ? '' : `; cost: ${formatCost(costUsd)}`}\n`;
  return `${formatTable(columns, all.map(attemptRow), look)}${last}`;
}

function attemptRow({
  attempt,
  check,
  tool_id: toolId,
  state,
  duration_ms: took,
  cost_usd: costUsd,
  words,
}: ExplainedAttempt): Cell[] {
  return [
    String(attempt),
    sanitiseLine(check === null ? toolId : `check ${check}: ${toolId}`),
    { text: state, style: stateStyle(state) },
    took === null ? '-' : formatDuration(took),
    costCell(costUsd),
    words,
  ];
}

function checks({ checks: all }: ExplainedStep): string {
  const lines = all.map(({ id, required, what }) => `  ${id}: ${what}${required ? '' : ' (its failure is only noted)'}\n`);
  return lines.length === 0 ? '' : `Checks of its result:\n${lines.join('')}`;
}

/** The beginning of what the last tool was told. */
function prompt({ prompts }: ExplainedRouting, look: Look): string {
  const last = prompts.at(-1);
  if (last === undefined) return '';
  const lines = promptText(last.sections).trimEnd().split('\n');
  const shown = lines.slice(0, promptLines).map((line) => `  ${sanitiseLine(line)}`.trimEnd());
  const more =
    lines.length > promptLines
      ? `  ${paint(`… ${lines.length - promptLines} more lines; --json has all`, 'dim', look.color)}\n`
      : '';
  return `Prompt for ${last.target_tool}:\n${shown.map((line) => `${line}\n`).join('')}${more}`;
}
