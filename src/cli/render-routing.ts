import type { CutReason, RouteDecision } from '../../schemas/route-decision.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import { formatTime } from './format-time.ts';
import { formatDuration } from './render/duration.ts';
import { describeReason } from './render/reason.ts';
import { field, numberField, textField } from './render/run-event.ts';
import type { RunEvent } from './render/run-event.ts';
import type { Style } from './render/style.ts';

/** What an event of routing, of a breaker or of a check means to a person. `words` are clean and on one line. */
export type RoutingChange =
  | { readonly kind: 'toolDecided'; readonly stepId: string; readonly found: boolean; readonly words: string }
  | { readonly kind: 'breakerMoved'; readonly isOpen: boolean; readonly words: string }
  | { readonly kind: 'checkStarted'; readonly stepId: string; readonly words: string }
  | { readonly kind: 'checkFailed'; readonly stepId: string; readonly words: string }
  | { readonly kind: 'stepHeld'; readonly stepId: string };

const cutWords: Readonly<Record<CutReason, string>> = {
  not_allowed_by_request: 'not allowed by the request',
  not_allowed_by_phase: 'not allowed by the phase',
  disallowed_by_phase: 'disallowed by the phase',
  no_capability: 'cannot do it',
  not_installed: 'not installed',
  breaker_open: 'breaker open',
  at_max_parallel: 'busy',
  attempts_spent: 'attempts used up',
};

const ordinals = ['first', 'second', 'third'];

/** Why a tool was cut, in two or three words; a reason from a newer release is told by its name. */
export function describeCut(why: string): string {
  return Object.hasOwn(cutWords, why) ? cutWords[why as CutReason] : sanitiseLine(why.replaceAll('_', ' '));
}

/** A decision on one line: `tool eslint: rule lint, fixed: first of 2; cut: ruff (not installed)`. */
export function describeDecision(decision: RouteDecision): string {
  const { tool_id: toolId, candidates, cut, waits } = decision;
  const rule = decision.rule === null ? 'no rule matches' : `rule ${sanitiseLine(decision.rule)}`;
  const head = toolId === null ? (waits ? 'no tool yet' : 'no tool') : `tool ${sanitiseLine(toolId)}`;
  const how = toolId === null ? (candidates.length === 0 ? ', no candidates' : '') : `, ${pickWords(decision, toolId)}`;
  const cuts = cut.map(({ tool_id, why }) => `${sanitiseLine(tool_id)} (${describeCut(why)})`);
  return `${head}: ${rule}${how}${cuts.length === 0 ? '' : `; cut: ${cuts.join(', ')}`}`;
}

function pickWords({ current, strategy, candidates }: RouteDecision, toolId: string): string {
  if (current === toolId) return 'goes on with it';
  const place = candidates.indexOf(toolId);
  const ordinal = ordinals[place] ?? `${place + 1}th`;
  return candidates.length === 1 ? `${strategy}: the only one` : `${strategy}: ${ordinal} of ${candidates.length}`;
}

/** The states of a breaker in words. */
function describeBreakerState(state: string): string {
  return state === 'half_open' ? 'half open' : state;
}

/** A breaker that was moved: `breaker of eslint: closed -> open, lets a probe through from 2026-03-01 14:05:09Z`. */
function describeBreakerChange(change: {
  readonly toolId: string;
  readonly from: string;
  readonly to: string;
  readonly reopensAt: string | null;
}): string {
  const until = change.reopensAt === null ? '' : `, lets a probe through from ${formatTime(change.reopensAt)}`;
  const states = `${describeBreakerState(change.from)} -> ${describeBreakerState(change.to)}`;
  return sanitiseLine(`breaker of ${change.toolId}: ${states}${change.to === 'open' ? until : ''}`);
}

/** What calls have cost: `0.0042 US dollars`, `1.20 US dollars`. */
export function formatCost(usd: number): string {
  return `${formatUsd(usd)} US dollars`;
}

/** A cost as a cell of a table whose heading names US dollars; `-` for none. */
export function costCell(usd: number | null): string {
  return usd === null || usd === 0 ? '-' : formatUsd(usd);
}

function formatUsd(usd: number): string {
  return usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2);
}

/** A share as a percentage, `-` for null: `100%`, `66.7%`. */
export function formatRate(share: number | null): string {
  return share === null ? '-' : `${Number((share * 100).toFixed(1))}%`;
}

/** The state of a breaker as a cell of a table; an open one with what is left until it lets a probe through. */
export function breakerCell(
  { state, reopens_at: reopensAt }: { readonly state: string; readonly reopens_at: string | null },
  nowMs: number,
): { readonly text: string; readonly style: Style } {
  const words = describeBreakerState(state);
  if (state !== 'open' || reopensAt === null) return { text: words, style: state === 'closed' ? 'plain' : 'yellow' };
  const leftMs = Date.parse(reopensAt) - nowMs;
  return { text: leftMs > 0 ? `${words} for ${formatDuration(leftMs)}` : `${words}, a probe is due`, style: 'red' };
}

/** What an event says about routing, a breaker or a check; null for every other event, and for one that lacks its fields. */
export function routingChange(event: RunEvent): RoutingChange | null {
  const { kind, payload } = event;
  if (kind === 'breaker_changed') return breakerMoved(payload);
  const stepId = textField(payload, 'step_id');
  if (stepId === null) return null;
  if (kind === 'route_decided') return toolDecided(stepId, payload);
  const check = textField(payload, 'check');
  if (check === null) return null;
  const name = `check ${sanitiseLine(check)}`;
  if (kind === 'tool_call_started') return { kind: 'checkStarted', stepId, words: `${name} started` };
  if (kind !== 'tool_call_error') return null;
  const why = describeReason(field(payload, 'outcome'));
  return { kind: 'checkFailed', stepId, words: why.startsWith(name) ? why : `${name} failed${why === '' ? '' : `: ${why}`}` };
}

function toolDecided(stepId: string, payload: object): RoutingChange | null {
  const decision = field(payload, 'decision');
  if (typeof decision !== 'object' || decision === null) return null;
  const attempt = numberField(payload, 'attempt') ?? 1;
  const words = describeDecision(decision as RouteDecision);
  const found = textField(decision, 'tool_id') !== null;
  return { kind: 'toolDecided', stepId, found, words: attempt > 1 ? `attempt ${attempt}: ${words}` : words };
}

function breakerMoved(payload: object): RoutingChange | null {
  const [toolId = '', from = '', to = ''] = ['tool_id', 'from', 'to'].map((name) => textField(payload, name) ?? '');
  if (toolId === '' || to === '') return null;
  const words = describeBreakerChange({ toolId, from, to, reopensAt: textField(payload, 'reopens_at') });
  return { kind: 'breakerMoved', isOpen: to === 'open', words };
}
