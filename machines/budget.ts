/** What a meter counts: calls of routed tools, their minutes added up, or the US dollars that they report. */
export type MeterUnit = 'calls' | 'minutes' | 'cost';

/**
 * One bound of what a run may spend, of one tool or (`toolId` null) of all. `allowed` is `limit`, raised by as much again each time a person lets the
 * run go on.
 */
export interface Meter {
  readonly toolId: string | null;
  readonly unit: MeterUnit;
  readonly limit: number;
  readonly allowed: number;
  readonly used: number;
}

/** A call that was let through and has not ended: asked for twice (by a restored step) it is counted once. */
export interface Grant {
  readonly stepId: string;
  readonly toolId: string;
}

/** What one call has cost. */
export interface Spending {
  readonly toolId: string;
  readonly minutes: number;
  readonly cost: number;
}

/** The meter that keeps a call of the tool from starting: its calls are used up, or its minutes or cost have reached what is allowed; null: none. */
export function exhaustedMeter(meters: readonly Meter[], toolId: string): Meter | null {
  return meters.find((meter) => concerns(meter, toolId) && meter.used >= meter.allowed) ?? null;
}

/** Whether this call was let through before. */
export function isGranted(grants: readonly Grant[], { stepId, toolId }: Grant): boolean {
  return grants.some((grant) => grant.stepId === stepId && grant.toolId === toolId);
}

/** The meters after a call of the tool was let through. */
export function withCall(meters: readonly Meter[], toolId: string): readonly Meter[] {
  return meters.map((meter) => (meter.unit === 'calls' && concerns(meter, toolId) ? { ...meter, used: meter.used + 1 } : meter));
}

/** The meters after a call has ended. */
export function withSpending(meters: readonly Meter[], spent: Spending): readonly Meter[] {
  return meters.map((meter) => {
    if (meter.unit === 'calls' || !concerns(meter, spent.toolId)) return meter;
    return { ...meter, used: meter.used + (meter.unit === 'minutes' ? spent.minutes : spent.cost) };
  });
}

/** The meters after a person let the run go on: what was used up is raised by its limit, as often as it takes to have something left. */
export function raised(meters: readonly Meter[]): readonly Meter[] {
  return meters.map((meter) => {
    if (meter.used < meter.allowed) return meter;
    const times = Math.floor(meter.used / meter.limit) + 1;
    const allowed = meter.limit * times;
    // A fraction such as 0.1 is not exact: what should be a little more can come out as what is used up.
    return { ...meter, allowed: allowed > meter.used ? allowed : meter.limit * (times + 1) };
  });
}

/** What is used up, in words, such as `the budget of 5 calls of claude is used up`. */
export function describeMeter({ toolId, unit, allowed, used }: Meter): string {
  const of = toolId === null ? '' : ` of ${toolId}`;
  if (unit === 'calls') return `the budget of ${String(allowed)} call${allowed === 1 ? '' : 's'}${of} is used up`;
  const amount = (value: number): string => (unit === 'cost' ? `${value.toFixed(2)} US dollars` : minutes(value));
  return `the budget of ${amount(allowed)}${of} is used up: ${amount(used)} so far`;
}

function concerns(meter: Meter, toolId: string): boolean {
  return meter.toolId === null || meter.toolId === toolId;
}

function minutes(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return `${String(rounded)} minute${rounded === 1 ? '' : 's'}`;
}
