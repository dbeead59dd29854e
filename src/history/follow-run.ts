import type { ChangeFeed } from './change-feed.ts';
import type { StoredEvent } from './history-rows.ts';
import type { RunHistory } from './run-history.ts';
import { hasEnded } from './run-state.ts';

/** What following needs of the world. */
export interface FollowParts {
  /** Whether a live process owns the run. */
  readonly isOwned: () => Promise<boolean>;
  /** Moves the history's reader; stopped when following ends. */
  readonly feed: ChangeFeed;
  readonly signal: AbortSignal;
}

/** Why following came to its end: the run has ended, no process owns it any more, or the signal was aborted. */
export type FollowEnd = 'ended' | 'unowned' | 'stopped';

/**
 * Gives the events of a run after `afterSequence`, in order, and those that come while the run goes on. What the history says in
 * between is never older than the events that were given.
 */
export async function followRun(
  history: RunHistory,
  onEvents: (events: readonly StoredEvent[]) => Promise<void> | void,
  afterSequence: number,
  parts: FollowParts,
): Promise<FollowEnd> {
  let last = afterSequence;
  const give = async (): Promise<void> => {
    const events = history.events(last);
    if (events.length === 0) return;
    last = events.at(-1)?.sequence ?? last;
    await onEvents(events);
  };
  try {
    for (;;) {
      // Looked at before the events: what is recorded between the two looks is given by this round or the next.
      const ended = hasEnded(history.run().state);
      await give();
      if (ended) return 'ended';
      if (parts.signal.aborted) return 'stopped';
      if (!(await parts.isOwned())) break;
      await parts.feed.next();
    }
  } finally {
    await parts.feed.stop();
  }
  // The last records may have come between the look at the store and the look at the owner.
  await history.refresh();
  await give();
  return hasEnded(history.run().state) ? 'ended' : 'unowned';
}
