/** One record of a run's audit trail, as it is stored. `ts` is ISO 8601; what `payload` holds depends on `kind`. */
export interface RunEvent {
  readonly event_id: string;
  readonly run_id: string;
  readonly step_attempt_id: string | null;
  readonly ts: string;
  readonly kind: string;
  readonly payload: object;
}

/** What the display must know of a run before its first event. */
export interface PlanSummary {
  readonly workflowName: string;
  readonly runId: string;
  readonly totalSteps: number;
  readonly stepIds: readonly string[];
}

/** A member of an object of unknown shape: undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** A member that is a string, else null. */
export function textField(value: unknown, name: string): string | null {
  const found = field(value, name);
  return typeof found === 'string' ? found : null;
}

/** A member that is a finite number, else null. */
export function numberField(value: unknown, name: string): number | null {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

/** A member that is a time (ISO 8601, or milliseconds since 1970), in milliseconds since 1970, else null. */
export function timeField(value: unknown, name: string): number | null {
  const text = textField(value, name);
  if (text === null) return numberField(value, name);
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? null : timeMs;
}
