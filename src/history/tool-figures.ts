import type { MeasuredCalls, ShownBreaker } from '../../schemas/cli/tool-list.ts';
import type { ToolRecord } from '../routing/read-tools.ts';
import { rate } from './run-figures.ts';

const neverCalled: Pick<ToolRecord, 'calls' | 'succeeded' | 'failed' | 'costUsd' | 'recent'> = {
  calls: 0,
  succeeded: 0,
  failed: 0,
  costUsd: 0,
  recent: { calls: 0, succeeded: 0, successRate: null, meanMs: null, p95Ms: null, costUsd: 0 },
};

/** The figures of a tool as documents have them; zeros for a tool that was never called. */
export function measuredCalls(record: ToolRecord | undefined): MeasuredCalls {
  const { calls, succeeded, failed, costUsd, recent } = record ?? neverCalled;
  return {
    calls,
    succeeded,
    failed,
    success_rate: rate(succeeded, succeeded + failed),
    recent_calls: recent.calls,
    recent_success_rate: recent.successRate,
    mean_ms: recent.meanMs,
    p95_ms: recent.p95Ms,
    cost_usd: costUsd,
  };
}

/** The breaker of a tool as documents have it; closed for a tool that was never called, and for one whose stored breaker cannot be used. */
export function shownBreaker(record: ToolRecord | undefined): ShownBreaker {
  const { state = 'closed', failures = 0, reopensAt = null } = record?.breaker ?? {};
  return { state, failures, reopens_at: reopensAt };
}
