import type { SnapshotFrom } from 'xstate';
import type { breakerMachine, BreakerEvent, BreakerInput } from '../../../machines/breaker.ts';

/** Milliseconds of a minute. */
export const minuteMs = 60_000;
/** How long a call takes at most, in milliseconds. */
export const callMs = 30 * minuteMs;
/** Times that stand for: the beginning, soon after, after the recovery, after every probe has expired, and a clock that was set back. */
export const callTimesMs = [100, 111, 200].map((minutes) => minutes * minuteMs).concat(0);
/** What calls are told apart by. */
export const callKeys = ['a', 'b', 'c'];

/** Breakers that open at the first failure, and at the third, with one probe at a time and two. */
export const breakerInputs: readonly BreakerInput[] = [
  { toolId: 't', failureThreshold: 1, recoveryTimeoutMs: 10 * minuteMs, halfOpenMaxCalls: 1 },
  { toolId: 't', failureThreshold: 3, recoveryTimeoutMs: 10 * minuteMs, halfOpenMaxCalls: 2 },
];
/** Other settings than those of the inputs. */
export const changedSettings = { failureThreshold: 2, recoveryTimeoutMs: 5 * minuteMs, halfOpenMaxCalls: 1 };
/** All that can happen to a breaker, whatever its state. */
export const breakerEvents: readonly BreakerEvent[] = [
  ...callKeys.flatMap((key) => [
    ...callTimesMs.map((nowMs): BreakerEvent => ({ type: 'CALL', key, nowMs, expiresAtMs: nowMs + callMs })),
    { type: 'SUCCEEDED', key, nowMs: 100 * minuteMs } as const,
    { type: 'FAILED', key, nowMs: 100 * minuteMs } as const,
    { type: 'DROPPED', key } as const,
  ]),
  { type: 'CONFIGURE', ...changedSettings },
];

/** A configuration of a breaker: its state and all it remembers. */
export function breakerKey({ value, context }: SnapshotFrom<typeof breakerMachine>): string {
  return JSON.stringify([value, context]);
}
