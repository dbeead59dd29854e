import type { Refusal } from '../../schemas/cli/error-report.ts';
import type { RunId } from '../../schemas/ids.ts';
import { eventOf, type Signal } from '../engine/signal.ts';
import { exitCodes, UserError } from '../errors.ts';
import { chartOf, takenEvents } from '../history/accepted-events.ts';
import { openRunHistory } from '../history/open-run-history.ts';
import { hasEnded } from '../history/run-state.ts';
import { whyRefused, type Refused } from '../history/why-refused.ts';
import type { StoreLayout } from '../store/layout.ts';
import { describeTaken } from './explain/event-words.ts';
import { describeStepState } from './explain/state-words.ts';

/** What was refused: the command, the code and the words of the refusal. */
export interface RefusedCommand {
  readonly signal: Signal;
  readonly code: string;
  readonly message: string;
}

/**
 * The error (exit 7) for a command that the chart of a run has refused: where it stands, why it refuses, and what it takes instead, read from its store as it
 * is now.
 */
export async function refusedCommand(
  layout: StoreLayout,
  runId: RunId,
  { signal, code, message }: RefusedCommand,
): Promise<UserError> {
  const refusal = await refusalOf(layout, runId, signal);
  // That the state has no such transition is the message itself.
  const why = refusal.because === 'no_transition' ? [] : [refusal.why];
  const hint = [...why, ...acceptedLines(refusal), `look at it with: stateyard show ${runId}`];
  return new UserError(exitCodes.refused, code, message, { hint: hint.join('\n'), refusal });
}

/** The events with a command one a line; those that come by themselves, whatever step they are of, in one. */
function acceptedLines({ state, accepts }: Refusal): string[] {
  const given = accepts.flatMap(({ event, command }) => (command === null ? [] : [`  ${event}: ${command}`]));
  const own = [...new Set(accepts.flatMap(({ event, command }) => (command === null ? [event] : [])))];
  const byItself = own.length === 0 ? [] : [`  by itself: ${own.join(', ')}`];
  if (accepts.length === 0) return [`${state} takes no event`];
  return [`${state} takes:`, ...given, ...byItself];
}

async function refusalOf(layout: StoreLayout, runId: RunId, signal: Signal): Promise<Refusal> {
  const history = await openRunHistory(layout, runId);
  try {
    const { state: stored } = history.run();
    const { state } = history.chart();
    const found = chartOf(history.runSnapshot(), hasEnded(stored) ? stored : null);
    const event = eventOf(signal, 0).type;
    const refused = whyRefused(state, event);
    const step = history.steps().find(({ stepId }) => stepId === signal.stepId);
    const stepState = signal.stepId === null ? null : (step?.state ?? 'waiting');
    return {
      command: signal.command,
      event,
      step_id: signal.stepId,
      state,
      because: refused.kind,
      guards: refused.kind === 'guard' ? [...refused.guards] : [],
      why: whyWords(refused, { state, event, stepId: signal.stepId, stepState }),
      accepts: 'chart' in found ? takenEvents(found.chart).map((taken) => describeTaken(taken, runId)) : [],
    };
  } finally {
    await history.close();
  }
}

function whyWords(
  refused: Refused,
  asked: { readonly state: string; readonly event: string; readonly stepId: string | null; readonly stepState: string | null },
): string {
  const { state, event, stepId, stepState } = asked;
  switch (refused.kind) {
    case 'no_transition':
      return `${state} has no transition for ${event}`;
    case 'ignored':
      return `${state} ignores ${event}: what it asks for is under way or over`;
    case 'guard': {
      const guards = `the guard ${refused.guards.join(', ')} refuses ${event}`;
      return stepId === null ? guards : `${guards}: ${stepId} ${describeStepState(stepState ?? 'waiting')}`;
    }
  }
}
