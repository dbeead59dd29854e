import { invariant } from '../errors.ts';
import type { StepId } from '../../schemas/ids.ts';
import { findCycles } from './cycles.ts';
import { workflowLimits } from './limits.ts';
import type { Plan } from './model.ts';

/** A plan, or the cycles that make one impossible: each a list of positions where every one needs the next and the last needs the first. */
export type PlanResult =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly cycles: readonly (readonly number[])[] };

/**
 * Plans steps from their ids and, by position, the positions they need (no doubles). Takes time in proportion to steps and needs,
 * without recursion; at most 100,000 steps. Where two chains are equally long the one that comes first in the file counts.
 */
export function buildPlan(ids: readonly StepId[], needs: readonly (readonly number[])[]): PlanResult {
  invariant(ids.length === needs.length, 'a plan has needs for each step');
  invariant(ids.length <= workflowLimits.steps, `a plan has at most ${workflowLimits.steps} steps`);
  const dependants = invert(needs);
  const levels = findLevels(needs, dependants);
  if (levels.reduce((sum, level) => sum + level.length, 0) < ids.length) return { ok: false, cycles: findCycles(needs, levels) };
  const height = findHeights(levels, dependants);
  const plan: Plan = {
    ids: Object.freeze([...ids]),
    indexOf: new Map(ids.map((id, index) => [id, index])),
    needs: freezeAll(needs.map((list) => [...list])),
    dependants: freezeAll(dependants),
    height: Object.freeze(height),
    levels: freezeAll(levels),
    criticalPath: Object.freeze(findCriticalPath(levels[0] ?? [], dependants, height)),
  };
  return { ok: true, plan: Object.freeze(plan) };
}

function invert(needs: readonly (readonly number[])[]): number[][] {
  const dependants: number[][] = needs.map(() => []);
  needs.forEach((list, index) => {
    for (const need of list) {
      const target = dependants[need];
      invariant(target !== undefined, `step ${index} needs position ${need}, which does not exist`);
      target.push(index);
    }
  });
  return dependants;
}

// Level by level: a step's level is one after the last of its needs. Steps of a cycle never come up.
function findLevels(needs: readonly (readonly number[])[], dependants: readonly (readonly number[])[]): number[][] {
  const waitsFor = needs.map((list) => list.length);
  const levels: number[][] = [];
  let level = waitsFor.flatMap((count, index) => (count === 0 ? [index] : []));
  while (level.length > 0) {
    levels.push(level);
    const next: number[] = [];
    for (const index of level) {
      for (const dependant of dependants[index] ?? []) {
        const left = (waitsFor[dependant] ?? 0) - 1;
        waitsFor[dependant] = left;
        if (left === 0) next.push(dependant);
      }
    }
    level = next.sort((a, b) => a - b);
  }
  return levels;
}

function findHeights(levels: readonly (readonly number[])[], dependants: readonly (readonly number[])[]): number[] {
  const height = new Array<number>(dependants.length).fill(1);
  for (const level of levels.toReversed()) {
    for (const index of level) {
      let tallest = 0;
      for (const dependant of dependants[index] ?? []) tallest = Math.max(tallest, height[dependant] ?? 0);
      height[index] = tallest + 1;
    }
  }
  return height;
}

function findCriticalPath(
  first: readonly number[],
  dependants: readonly (readonly number[])[],
  height: readonly number[],
): number[] {
  const path: number[] = [];
  for (let candidates = first; candidates.length > 0;) {
    let best = candidates[0] ?? 0;
    for (const index of candidates) if ((height[index] ?? 0) > (height[best] ?? 0)) best = index;
    path.push(best);
    candidates = dependants[best] ?? [];
  }
  return path;
}

function freezeAll(lists: number[][]): readonly (readonly number[])[] {
  return Object.freeze(lists.map((list) => Object.freeze(list)));
}
