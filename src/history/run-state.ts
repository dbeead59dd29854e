import type { ShownRunState } from '../../schemas/cli/run-list.ts';

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'quarantined']);

/** Whether a run in this state of the document has ended. */
export function hasEnded(state: string): boolean {
  return ends.has(state);
}

/**
 * The state to show for a run. What is stored as pending or running without a live owner is `interrupted`, unless the run chart is
 * paused or waits for an answer: then it waits for a person whether a process waits with it or not.
 */
export function shownState(stored: string, chartState: string | null, owned: boolean): ShownRunState {
  if (hasEnded(stored)) return stored as ShownRunState;
  if (chartState === 'running.paused') return 'paused';
  if (chartState === 'running.awaitingPerson') return 'awaiting';
  return owned ? (stored as ShownRunState) : 'interrupted';
}
