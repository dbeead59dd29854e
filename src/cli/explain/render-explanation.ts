import { describeMeter } from '../../../machines/budget.ts';
import type { AcceptedEvent, ExplainReport } from '../../../schemas/cli/explain-report.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { Look } from '../look.ts';
import { paint } from '../render/style.ts';
import { formatTable } from '../render/table.ts';
import { stateStyle, stepWord } from '../state-style.ts';
import { renderStepExplanation } from './render-step.ts';

/** An explanation as text for a person. */
export function renderExplanation(report: ExplainReport, look: Look): string {
  const { step } = report;
  const parts =
    step === null
      ? [header(report, look), why(report.why), stepTable(report, look), budget(report), files(report), accepts(report, look)]
      : [header(report, look), renderStepExplanation(step, look), step.routing === null ? '' : files(report)];
  return [...parts, next(report, look)].filter((part) => part !== '').join('\n');
}

function header({ run, shown_state: state, chart_state: chart, workflow, step }: ExplainReport, look: Look): string {
  const detail = chart === state || chart === run.state ? '' : ` (${chart})`;
  const lines: [string, string][] = [
    ['run', `${run.run_id} of ${sanitiseLine(workflow)}`],
    ['state', `${paint(state, stateStyle(state), look.color)}${detail}`],
  ];
  if (step !== null) {
    const word = stepWord(step.state);
    lines.push(['step', `${paint(step.step_id, 'bold', look.color)}: ${paint(word, stateStyle(word), look.color)}`]);
  }
  return lines.map(([name, value]) => `${paint(name.padEnd(10), 'dim', look.color)}${value}\n`).join('');
}

function why(sentences: readonly string[]): string {
  return `Why:\n${sentences.map((sentence) => `  ${sanitiseLine(sentence)}\n`).join('')}`;
}

const mostSteps = 20;

function stepTable({ steps }: ExplainReport, look: Look): string {
  if (steps.length === 0) return '';
  const rows = steps.slice(0, mostSteps).map(({ step_id: id, state, why: words }) => {
    const word = stepWord(state);
    return [id, { text: word, style: stateStyle(word) }, sanitiseLine(words)];
  });
  const more = steps.length > mostSteps ? `and ${steps.length - mostSteps} more\n` : '';
  return (
    formatTable([{ heading: 'STEP', mayShrink: true }, { heading: 'STATE' }, { heading: 'WHY', mayShrink: true }], rows, look) +
    more
  );
}

function budget({ budget: meters }: ExplainReport): string {
  const lines = meters.map(({ tool_id: toolId, unit, used, allowed, limit }) => {
    if (used >= allowed) return describeMeter({ toolId, unit, used, allowed, limit });
    const amount = (value: number): string => String(Math.round(value * 100) / 100);
    return `${unit}${toolId === null ? '' : ` of ${toolId}`}: ${amount(used)} of ${amount(allowed)}`;
  });
  return lines.length === 0 ? '' : `Budget:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function files({ router, phase }: ExplainReport): string {
  const lines = [
    ...(router === null ? [] : [`  router configuration ${router.path}: ${router.message}`]),
    ...(phase === null ? [] : [`  phase ${phase.path}: ${phase.message}`]),
  ];
  return lines.length === 0 ? '' : `Files:\n${lines.map((line) => `${sanitiseLine(line)}\n`).join('')}`;
}

/** First what a person can send, then what the run itself may do. */
function accepts({ accepts: events, accepts_problem: problem }: ExplainReport, look: Look): string {
  if (problem !== null) return `It cannot be said what it takes now: ${sanitiseLine(problem)}\n`;
  if (events.length === 0) return 'It has ended for good: its chart takes nothing more.\n';
  const commands = events.filter((each) => each.command !== null);
  const width = Math.max(0, ...commands.map(({ command }) => (command ?? '').length));
  const sent = commands.map(
    ({ command, meaning }) => `  ${paint((command ?? '').padEnd(width), 'cyan', look.color)}  ${meaning}\n`,
  );
  const own = ownEvents(events.filter((each) => each.command === null));
  const none = commands.length === 0 ? '  nothing from a person\n' : '';
  return `It takes now:\n${sent.join('')}${none}${own === '' ? '' : `  ${paint(`by itself: ${own}`, 'dim', look.color)}\n`}`;
}

/** Each kind once: a run may have many steps that can end. */
function ownEvents(events: readonly AcceptedEvent[]): string {
  const meanings = new Map(events.map(({ event, meaning }) => [event, meaning]));
  return [...meanings].map(([event, meaning]) => (event.startsWith('xstate.') ? meaning : `${meaning} (${event})`)).join(', ');
}

function next({ next: commands }: ExplainReport, look: Look): string {
  if (commands.length === 0) return '';
  const width = Math.max(...commands.map(({ command }) => command.length));
  const lines = commands.map(({ command, text }) => `  ${paint(command.padEnd(width), 'cyan', look.color)}  ${text}\n`);
  return `Next:\n${lines.join('')}`;
}
