import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { RoutingChange } from '../render-routing.ts';
import { formatDuration } from './duration.ts';
import { reasonBeside } from './reason.ts';
import type { Change, LiveStep, RunProgress, SettledStep } from './run-progress.ts';
import { endIcons } from './step-lines.ts';
import { span } from './style.ts';
import type { Span } from './style.ts';

const withReason = (words: string, reason: string): string => (reason === '' ? words : `${words}: ${reason}`);

/** Why a step waits and for how long: `attempt 1 failed: exit code 1; again in 2s`. A wait of null is not told. */
export function waitingWords(step: LiveStep, waitMs: number | null): string {
  const failure = withReason(`attempt ${Math.max(1, step.attempt)} failed`, step.lastFailure);
  return waitMs === null ? `${failure}; to be tried again` : `${failure}; again in ${formatDuration(waitMs)}`;
}

function settledWords(step: SettledStep): Span[] {
  const preposition = step.state === 'succeeded' ? 'in' : 'after';
  const took = step.durationMs === null || step.attempts === 0 ? '' : ` ${preposition} ${formatDuration(step.durationMs)}`;
  const attempts = step.attempts > 1 ? ` (${step.attempts} attempts)` : '';
  return [
    span(step.state, endIcons[step.state].style),
    span(withReason(`${took}${attempts}`, reasonBeside(step.state, step.reason))),
  ];
}

function questionWords({ stepId, question }: { readonly stepId: string; readonly question: string }, runId: string): Span[] {
  const answer = `stateyard approve ${runId} ${stepId}`;
  return [span(`asks: ${sanitiseLine(question)}`, 'yellow'), span('  '), span(answer, 'cyan'), span(' (or reject)')];
}

function heldWords(runId: string): Span[] {
  return [
    span('waits, because the budget of the run is used up', 'yellow'),
    span('  '),
    span(`stateyard unpause ${runId}`, 'cyan'),
    span(' grants as much again'),
  ];
}

function runStartedWords(progress: RunProgress): string {
  const { workflowName, totalSteps } = progress.plan;
  return `${sanitiseLine(workflowName)} started: ${totalSteps} ${totalSteps === 1 ? 'step' : 'steps'}`;
}

/** A change in words: which step it is about (null: the run) and what happened to it. */
export function changeWords(
  change: Change | RoutingChange,
  progress: RunProgress,
): { readonly stepId: string | null; readonly what: readonly Span[] } {
  switch (change.kind) {
    case 'runStarted':
      return { stepId: null, what: [span(runStartedWords(progress))] };
    case 'runResumed':
      return { stepId: null, what: [span(`taken up again: ${progress.done} of ${progress.plan.totalSteps} steps were done`)] };
    case 'runMoved':
      return { stepId: null, what: [span(withReason(change.words, change.reason), 'yellow')] };
    case 'attemptStarted':
      return { stepId: change.stepId, what: [span(change.attempt > 1 ? `started, attempt ${change.attempt}` : 'started')] };
    case 'stepWaiting':
      return { stepId: change.step.stepId, what: [span(waitingWords(change.step, change.waitMs), 'yellow')] };
    case 'stepAsks':
      return { stepId: change.stepId, what: questionWords(change, progress.plan.runId) };
    case 'stepSettled':
      return { stepId: change.step.stepId, what: settledWords(change.step) };
    case 'note':
      return { stepId: change.stepId, what: [span(sanitiseLine(change.text))] };
    default:
      return routingWords(change, progress.plan.runId);
  }
}

function routingWords(change: RoutingChange, runId: string): { readonly stepId: string | null; readonly what: readonly Span[] } {
  if (change.kind === 'stepHeld') return { stepId: change.stepId, what: heldWords(runId) };
  if (change.kind === 'breakerMoved') return { stepId: null, what: [span(change.words, change.isOpen ? 'yellow' : 'plain')] };
  const isTrouble = change.kind === 'checkFailed' || (change.kind === 'toolDecided' && !change.found);
  return { stepId: change.stepId, what: [span(change.words, isTrouble ? 'yellow' : 'plain')] };
}
