import type { Plan } from '../workflow/model.ts';
import type { SimulatedStep } from './simulate-run.ts';

/** A step that was executed, with its times in milliseconds of virtual time. */
export interface TimedStep {
  readonly stepId: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

/**
 * What made a run as long as it was, first to last: from the step that ended last back, by that of what it waited for which ended last. A step that was
 * skipped took no time: in its place stands what it waited for itself. Empty where no step was executed.
 */
export function criticalPathOf(plan: Plan, steps: readonly SimulatedStep[]): readonly TimedStep[] {
  const timed = new Map<string, TimedStep>();
  for (const { stepId, startedMs, endedMs } of steps)
    if (startedMs !== null && endedMs !== null) timed.set(stepId, { stepId, startedMs, endedMs });
  const path: TimedStep[] = [];
  let last = latest(timed.values());
  while (last !== null) {
    path.unshift(last);
    last = latest(awaitedBy(plan, last.stepId, timed));
  }
  return path;
}

/** The executed steps that a step waited for, through those that were not executed. */
function awaitedBy(plan: Plan, stepId: string, timed: ReadonlyMap<string, TimedStep>): Set<TimedStep> {
  const awaited = new Set<TimedStep>();
  const seen = new Set<number>();
  const open = [plan.indexOf.get(stepId) ?? -1];
  for (let position = open.pop(); position !== undefined; position = open.pop())
    for (const need of plan.needs[position] ?? []) {
      if (seen.has(need)) continue;
      seen.add(need);
      const step = timed.get(plan.ids[need] ?? '');
      if (step === undefined) open.push(need);
      else awaited.add(step);
    }
  return awaited;
}

/** The first of those that ended last. */
function latest(steps: Iterable<TimedStep>): TimedStep | null {
  let found: TimedStep | null = null;
  for (const step of steps) if (found === null || step.endedMs > found.endedMs) found = step;
  return found;
}
