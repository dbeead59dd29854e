import type { RunDetails, StepStatus } from '../../schemas/cli/run-details.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import { formatTime } from './format-time.ts';
import type { Look } from './look.ts';
import { formatDuration } from './render/duration.ts';
import { describeReason } from './render/reason.ts';
import { paint } from './render/style.ts';
import { formatTable } from './render/table.ts';
import type { Cell, Column } from './render/table.ts';
import { stateStyle, stepWord } from './state-style.ts';

const columns: readonly Column[] = [
  { heading: 'STEP', mayShrink: true },
  { heading: 'STATE' },
  { heading: 'ATTEMPTS', align: 'right' },
  { heading: 'TOOK', align: 'right' },
  { heading: 'REASON', mayShrink: true },
];

/** All about one run as text for a person. */
export function renderRun(details: RunDetails, look: Look, nowMs: number): string {
  return [
    header(details, look, nowMs),
    formatTable(columns, details.steps.map(stepRow), look),
    outputs(details.steps),
    next(details, look),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function header({ run, shown_state: state, workflow, params }: RunDetails, look: Look, nowMs: number): string {
  const reason = describeReason(run.state_reason);
  const given = Object.entries(params).map(([name, value]) => `${name}=${sanitiseLine(String(value))}`);
  const origin =
    run.origin.requested_by === null ? run.origin.trigger_type : `${run.origin.trigger_type}, ${run.origin.requested_by}`;
  const lines: [string, string][] = [
    ['run', run.run_id],
    ['workflow', `${sanitiseLine(workflow.name)} (${sanitiseLine(workflow.path)})`],
    ['state', `${paint(state, stateStyle(state), look.color)}${reason === '' ? '' : `: ${reason}`}`],
    ['started', run.started_at === null ? 'not yet' : `${formatTime(run.started_at)} (${sanitiseLine(origin)})`],
    ['ended', run.ended_at === null ? '' : formatTime(run.ended_at)],
    ['took', state === 'interrupted' ? '' : took(run, nowMs)],
    ['params', given.join(' ')],
  ];
  const shown = lines.filter(([, value]) => value !== '');
  return shown.map(([name, value]) => `${paint(name.padEnd(10), 'dim', look.color)}${value}\n`).join('');
}

function took(run: RunDetails['run'], nowMs: number): string {
  if (run.started_at === null) return '';
  const endMs = run.ended_at === null ? nowMs : Date.parse(run.ended_at);
  return formatDuration(endMs - Date.parse(run.started_at));
}

function stepRow(step: StepStatus): Cell[] {
  const state = stepWord(step.state);
  return [
    step.step_id,
    { text: state, style: stateStyle(state) },
    step.attempts === 0 ? '' : String(step.attempts),
    step.duration_ms === null || step.attempts === 0 ? '' : formatDuration(step.duration_ms),
    step.question === null ? (step.reason_text ?? '') : questionWords(step.question, step.answer_by),
  ];
}

function questionWords(question: string, answerBy: string | null): string {
  return `asks: ${sanitiseLine(question)}${answerBy === null ? '' : ` (until ${formatTime(answerBy)})`}`;
}

function outputs(steps: readonly StepStatus[]): string {
  const lines = steps.flatMap((step) =>
    Object.entries(step.outputs ?? {}).map(([name, value]) => `  ${step.step_id}.${name} = ${sanitiseLine(String(value))}\n`),
  );
  return lines.length === 0 ? '' : `Outputs:\n${lines.join('')}`;
}

function next({ next: commands }: RunDetails, look: Look): string {
  const width = Math.max(...commands.map(({ command }) => command.length));
  const lines = commands.map(({ command, text }) => `  ${paint(command.padEnd(width), 'cyan', look.color)}  ${text}\n`);
  return `Next:\n${lines.join('')}`;
}
