import type { Outcome } from '../schemas/outcome.ts';

/** When a failed attempt is tried again. `attempts` counts the first one; attempts lost to a crash of the engine do not count. */
export interface Retry {
  readonly attempts: number;
  readonly backoff: 'fixed' | 'exponential';
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
  /** Exit codes that are tried again; null: every failure that another attempt can cure. */
  readonly onExitCodes: readonly number[] | null;
}

interface Attempts {
  readonly retry: Retry;
  readonly attempt: number;
  readonly interruptions: number;
  readonly stepDeadlineMs: number | null;
}

/**
 * How long to wait before the next attempt: the delay, doubled for each failure before this one when exponential, at most
 * `maxDelayMs`; with jitter a uniform share of the upper half of it ("equal jitter": half is kept, half is drawn; see Marc
 * Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). `random` is uniform in [0, 1).
 */
export function backoffDelayMs(state: Attempts, random: number): number {
  const { backoff, delayMs, maxDelayMs, jitter } = state.retry;
  const failures = state.attempt - state.interruptions;
  const full = Math.min(maxDelayMs, backoff === 'fixed' ? delayMs : delayMs * 2 ** Math.min(failures - 1, 52));
  return Math.round(jitter ? full / 2 + (full / 2) * random : full);
}

/** True when attempts are left, the failure is one that may be tried again, and the step's own deadline leaves time for it. */
export function mayRetry(
  state: Attempts,
  report: { outcome: Outcome; endedAtMs: number; random: number; skippedMs?: number },
): boolean {
  if (state.attempt - state.interruptions >= state.retry.attempts) return false;
  if (!isRetryable(report.outcome, state.retry.onExitCodes)) return false;
  const deadlineMs = laterDeadlineMs(state, report);
  return deadlineMs === null || report.endedAtMs + backoffDelayMs(state, report.random) < deadlineMs;
}

/** The step's deadline, put off by what the clock has skipped (a machine that was asleep): a timeout counts time that has passed. */
export function laterDeadlineMs(
  state: { readonly stepDeadlineMs: number | null },
  { skippedMs = 0 }: { readonly skippedMs?: number },
): number | null {
  return state.stepDeadlineMs === null ? null : state.stepDeadlineMs + skippedMs;
}

function isRetryable(outcome: Outcome, onExitCodes: readonly number[] | null): boolean {
  switch (outcome.kind) {
    case 'exitNonZero':
    case 'signaled':
      return onExitCodes === null || onExitCodes.includes(outcome.exitCode);
    case 'timedOut':
      return onExitCodes === null && outcome.scope === 'attempt';
    case 'outputInvalid':
    case 'logLimit':
      return onExitCodes === null;
    default:
      return false;
  }
}
