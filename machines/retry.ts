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
  /** Counted attempts that other tools have used up. */
  readonly spentAttempts: number;
  readonly stepDeadlineMs: number | null;
}

/**
 * How long to wait before the next attempt: the delay, doubled for each failure before this one when exponential, at most
 * `maxDelayMs`; with jitter a uniform share of the upper half of it ("equal jitter": half is kept, half is drawn; see Marc
 * Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). `random` is uniform in [0, 1).
 */
export function backoffDelayMs(state: Attempts, random: number): number {
  const { backoff, delayMs, maxDelayMs, jitter } = state.retry;
  const failures = countedAttempts(state);
  const full = Math.min(maxDelayMs, backoff === 'fixed' ? delayMs : delayMs * 2 ** Math.min(failures - 1, 52));
  return Math.round(jitter ? full / 2 + (full / 2) * random : full);
}

/** True when attempts are left, the failure is one that may be tried again, and the step's own deadline leaves time for it. */
export function mayRetry(
  state: Attempts,
  report: { outcome: Outcome; endedAtMs: number; random: number; skippedMs?: number },
): boolean {
  if (countedAttempts(state) >= state.retry.attempts) return false;
  if (!isRetryable(report.outcome, state.retry.onExitCodes)) return false;
  const deadlineMs = laterDeadlineMs(state, report);
  return deadlineMs === null || report.endedAtMs + backoffDelayMs(state, report.random) < deadlineMs;
}

/**
 * True when a failed attempt of a routed step is followed by one with another tool: unless the tool has done its work and its answer is no, or the
 * step's own time is over. Whether another tool is left is for the router to say.
 */
export function mayTryNextTool(
  state: { readonly routed: boolean; readonly stepDeadlineMs: number | null },
  report: { outcome: Outcome; endedAtMs: number; skippedMs?: number },
): boolean {
  if (!state.routed || !mayBeCuredByAnotherTool(report.outcome)) return false;
  const deadlineMs = laterDeadlineMs(state, report);
  return deadlineMs === null || report.endedAtMs < deadlineMs;
}

/**
 * True when the check that is being made stands in the way of nothing: it succeeded, or it is not required and ended in any other way, also by being
 * stopped after its time. Not when the step's own time is over, or the step is told to stop.
 */
export function checkHolds(
  { checks, check }: { readonly checks: readonly { readonly required: boolean }[]; readonly check: number },
  { outcome }: { readonly outcome: Outcome },
): boolean {
  if (outcome.kind === 'succeeded') return true;
  if (checks[check]?.required !== false || outcome.kind === 'canceled') return false;
  return outcome.kind !== 'timedOut' || outcome.scope === 'attempt';
}

/** The attempts with the present tool, without those that a crash of the engine took. */
function countedAttempts(state: Attempts): number {
  return state.attempt - state.interruptions - state.spentAttempts;
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
    case 'threw':
    case 'outputInvalid':
    case 'logLimit':
    case 'verificationFailed':
      return onExitCodes === null;
    case 'judged':
      return outcome.means === 'retry';
    default:
      return false;
  }
}

function mayBeCuredByAnotherTool(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'exitNonZero':
    case 'signaled':
    case 'spawnFailed':
    case 'outputInvalid':
    case 'logLimit':
    case 'verificationFailed':
      return true;
    case 'timedOut':
      return outcome.scope === 'attempt';
    case 'judged':
      return outcome.means !== 'never_retry';
    default:
      return false;
  }
}
