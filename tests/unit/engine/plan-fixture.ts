import type { StepId } from '../../../schemas/ids.ts';
import type { Plan } from '../../../src/workflow/model.ts';

/** A plan of steps `s0`, `s1`, … from their needs, which must point backwards. Kept simple: the sources' own planning is tested elsewhere. */
export function planOf(needs: readonly (readonly number[])[]): Plan {
  const ids = needs.map((_, position) => `s${String(position)}` as StepId);
  const dependants: number[][] = needs.map(() => []);
  const depth: number[] = [];
  needs.forEach((list, position) => {
    depth.push(Math.max(0, ...list.map((need) => (depth[need] ?? 0) + 1)));
    for (const need of list) dependants[need]?.push(position);
  });
  const height: number[] = needs.map(() => 1);
  for (let position = needs.length - 1; position >= 0; position--) {
    for (const dependant of dependants[position] ?? [])
      height[position] = Math.max(height[position] ?? 1, (height[dependant] ?? 1) + 1);
  }
  const levels: number[][] = [];
  depth.forEach((level, position) => (levels[level] ??= []).push(position));
  return {
    ids,
    indexOf: new Map(ids.map((id, position) => [id, position])),
    needs,
    dependants,
    height,
    levels,
    criticalPath: [],
  };
}

/** The position of a step of {@link planOf} by its id. */
export function positionOf(stepId: string): number {
  return Number(stepId.slice(1));
}
