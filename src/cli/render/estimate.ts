import type { RunProgress } from './run-progress.ts';

const fewestExecuted = 3;
const shortestActiveMs = 2000;

/**
 * The time that a run may still take, in milliseconds, or null while nothing honest can be said.
 *
 * Work left = mean duration of the steps that ran to an end, for every step not begun, and what is missing to that mean for every
 * live one. It is divided by the mean number of steps that were live at a time, but never by more than the steps left. It knows
 * neither the graph nor how steps differ, and counts steps that will be skipped; so it is shown as approximate, and not at all before
 * 3 steps and a tenth of all have run and 2 seconds have passed, while the run is not simply running, or when every live step
 * has outlasted the mean and none is left.
 */
export function estimateLeftMs(progress: RunProgress, nowMs: number): number | null {
  const left = progress.plan.totalSteps - progress.done;
  if (left <= 0 || progress.standing !== '') return null;
  if (progress.executed < fewestExecuted || progress.executed * 10 < progress.plan.totalSteps) return null;
  if (progress.activeMs < shortestActiveMs) return null;
  const meanMs = progress.executedMs / progress.executed;
  let workMs = Math.max(0, left - progress.live.size) * meanMs;
  for (const step of progress.live.values()) workMs += Math.max(0, meanMs - Math.max(0, nowMs - step.startedAtMs));
  const parallelism = Math.min(left, Math.max(1, progress.stepTimeMs / progress.activeMs));
  return workMs > 0 ? workMs / parallelism : null;
}
