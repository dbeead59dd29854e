import { setTimeout as delay } from 'node:timers/promises';
import type { InspectReport } from '../../schemas/cli/inspect-report.ts';

/** How fast a replay goes: at once, so many times as fast as the run went, or a change at each word of the client. */
export type Pace =
  { readonly kind: 'atOnce' } | { readonly kind: 'timed'; readonly factor: number } | { readonly kind: 'byHand' };

/** Nobody looks at a run that waits for a day. */
const longestWaitMs = 30_000;

/** What one client is doing. */
export interface Listener {
  /** Resolves once the text is taken; false when the client has gone. */
  readonly send: (text: string) => Promise<boolean>;
  /** Resolves at the next word of the client, at once where it has come already; false when the client has gone. */
  readonly nextWord: () => Promise<boolean>;
  /** Aborted when the client has gone or the replay is to end. */
  readonly signal: AbortSignal;
}

/** Sends the replay to one client at its pace. True when the client has got all of it. A change is an event of an actor with the snapshot after it. */
export async function play(events: readonly InspectReport[], pace: Pace, listener: Listener): Promise<boolean> {
  let lastMs: number | null = null;
  for (const event of events) {
    const atMs = Number(event.createdAt);
    if (pace.kind === 'timed' && lastMs !== null && !(await waited((atMs - lastMs) / pace.factor, listener.signal))) return false;
    if (pace.kind === 'byHand' && event.type === '@xstate.event' && !(await listener.nextWord())) return false;
    if (!(await listener.send(JSON.stringify(event)))) return false;
    lastMs = atMs;
  }
  return true;
}

/** False when the wait was ended. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (!(ms > 0)) return !signal.aborted;
  try {
    await delay(Math.min(ms, longestWaitMs), undefined, { signal });
    return true;
  } catch {
    // Only an abort ends a wait early.
    return false;
  }
}
