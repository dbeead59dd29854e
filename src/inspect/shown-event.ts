import type { InspectedState, InspectReport } from '../../schemas/cli/inspect-report.ts';
import { redact } from './redact.ts';

/** The one door to the outside: of an inspection event nothing but names, ids and charts goes past {@link redact}. `secrets` are values that nobody may see. */
export function shownEvent(event: InspectReport, secrets: readonly string[]): InspectReport {
  if (event.type === '@xstate.actor') return { ...event, snapshot: shownState(event.snapshot, secrets) };
  const cause = { ...(redact(event.event, secrets) as object), type: event.event.type };
  if (event.type === '@xstate.event') return { ...event, event: cause };
  return { ...event, event: cause, snapshot: shownState(event.snapshot, secrets) };
}

function shownState(state: InspectedState, secrets: readonly string[]): InspectedState {
  return {
    ...state,
    ...(state.context === undefined ? {} : { context: redact(state.context, secrets) as Record<string, unknown> }),
    ...(state.output === undefined ? {} : { output: redact(state.output, secrets) as Record<string, unknown> }),
  };
}
