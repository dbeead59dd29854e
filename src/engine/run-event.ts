import type { BreakerChange } from './ports.ts';

/** A change, as the audit trail keeps it and every reader sees it (run_event.v1). `ts` is ISO 8601 UTC. */
export interface RunEventRow {
  readonly sequence: number;
  readonly event_id: string;
  readonly run_id: string;
  readonly step_attempt_id: string | null;
  readonly ts: string;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A state of a chart as a dotted path, `{running: 'active'}` as `running.active`. Parallel states are not used by our charts. */
export function statePath(value: unknown): string {
  if (typeof value === 'string') return value;
  const [entry] = Object.entries(value as Record<string, unknown>);
  return entry === undefined ? '' : `${entry[0]}.${statePath(entry[1])}`;
}

/** Milliseconds since 1970 as ISO 8601 in UTC. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The payload of `breaker_changed`. */
export function breakerPayload({ toolId, from, to, reopensAt }: BreakerChange): Readonly<Record<string, unknown>> {
  return { tool_id: toolId, from, to, reopens_at: reopensAt };
}
