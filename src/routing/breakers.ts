import { initialTransition, transition, type SnapshotFrom } from 'xstate';
import { breakerMachine, type BreakerEvent, type BreakerSettings } from '../../machines/breaker.ts';
import { breakerSnapshotSchema } from '../../schemas/breaker-snapshot.ts';
import type { BreakerChange } from '../engine/ports.ts';

/** Where a breaker stands; moved by {@link moveBreaker} alone. */
export type Breaker = SnapshotFrom<typeof breakerMachine>;

/** A breaker as it is stored: the version of its chart, and its snapshot as JSON. */
export interface StoredBreaker {
  readonly version: string;
  readonly snapshot: string;
}

/** A new, closed breaker. */
export function newBreaker(toolId: string, settings: BreakerSettings): Breaker {
  return initialTransition(breakerMachine, { toolId, ...settings })[0];
}

/**
 * A stored breaker with today's settings (null: with its own). One that does not fit this version's chart gives no breaker but the
 * `problem`, in words.
 */
export function restoreBreaker(
  stored: StoredBreaker,
  settings: BreakerSettings | null,
): { readonly breaker: Breaker } | { readonly problem: string } {
  const version = breakerMachine.version ?? '0.0.0';
  if (stored.version !== version) return { problem: `it is of breaker ${stored.version}, this is breaker ${version}` };
  let plain: unknown;
  try {
    plain = JSON.parse(stored.snapshot);
  } catch (error) {
    return { problem: `it is damaged: ${(error as Error).message}` };
  }
  const parsed = breakerSnapshotSchema.safeParse(plain);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `it is damaged: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}` };
  }
  const breaker = breakerMachine.resolveState({ value: parsed.data.value, context: parsed.data.context });
  return { breaker: settings === null ? breaker : withSettings(breaker, settings) };
}

/** The stored form of a breaker; equal texts are equal breakers. */
export function storeBreaker(breaker: Breaker): StoredBreaker {
  const { status, value, context } = breaker;
  return { version: breakerMachine.version ?? '0.0.0', snapshot: JSON.stringify({ status, value, context }) };
}

/** The breaker after an event; null when its chart does not take the event where it stands. */
export function moveBreaker(breaker: Breaker, event: BreakerEvent): Breaker | null {
  return breaker.can(event) ? transition(breakerMachine, breaker, event)[0] : null;
}

/** Why a breaker lets nothing through at this moment, in words that follow the tool's name. */
export function refusalInWords({ context }: Breaker): string {
  const reopensAt = reopeningOf(context.reopensAtMs);
  if (reopensAt !== null) return `its breaker is open until ${reopensAt}`;
  return `its breaker is half open, and ${context.probes.length} of ${context.halfOpenMaxCalls} probes are under way`;
}

/** What has changed from one breaker to the next of the same tool; null where its state stayed the same. */
export function changeOf(before: Breaker, after: Breaker): BreakerChange | null {
  if (before.value === after.value) return null;
  const { toolId, reopensAtMs } = after.context;
  return { toolId, from: before.value, to: after.value, reopensAt: reopeningOf(reopensAtMs) };
}

/** When an open breaker lets a probe through, as ISO 8601 UTC; null for null. */
export function reopeningOf(reopensAtMs: number | null): string | null {
  return reopensAtMs === null ? null : new Date(reopensAtMs).toISOString();
}

function withSettings(breaker: Breaker, settings: BreakerSettings): Breaker {
  const { failureThreshold, recoveryTimeoutMs, halfOpenMaxCalls } = breaker.context;
  const same =
    failureThreshold === settings.failureThreshold &&
    recoveryTimeoutMs === settings.recoveryTimeoutMs &&
    halfOpenMaxCalls === settings.halfOpenMaxCalls;
  return same ? breaker : transition(breakerMachine, breaker, { type: 'CONFIGURE', ...settings })[0];
}
