import type { Plan } from './model.ts';

/**
 * Which of the pairs (`from`, `to`) of positions have a `to` that is not an ancestor of `from` through needs. Looks at 31 targets
 * in one pass over the plan, so that thousands of distant references stay affordable.
 */
export function findNonAncestors<T extends { readonly from: number; readonly to: number }>(plan: Plan, pairs: readonly T[]): T[] {
  const distant = pairs.filter(({ from, to }) => !isNear(plan.needs[from] ?? [], to));
  const targets = [...new Set(distant.map(({ to }) => to))];
  const byTarget = new Map<number, T[]>();
  for (const target of targets) byTarget.set(target, []);
  for (const pair of distant) byTarget.get(pair.to)?.push(pair);
  const wrong: T[] = [];
  for (let first = 0; first < targets.length; first += 31) {
    const group = targets.slice(first, first + 31);
    const reached = reachedFrom(plan, group);
    group.forEach((target, bit) => {
      for (const pair of byTarget.get(target) ?? []) if (((reached[pair.from] ?? 0) & (1 << bit)) === 0) wrong.push(pair);
    });
  }
  return wrong;
}

// Most references are to a direct need; a long list is not searched again for each of them.
function isNear(needs: readonly number[], target: number): boolean {
  return needs.length <= 16 && needs.includes(target);
}

// For each step the set of `targets` (a bit each) that it waits for, directly or through others.
function reachedFrom(plan: Plan, targets: readonly number[]): Int32Array {
  const own = new Int32Array(plan.ids.length);
  targets.forEach((target, bit) => {
    own[target] = 1 << bit;
  });
  const reached = new Int32Array(plan.ids.length);
  for (const level of plan.levels) {
    for (const index of level) {
      let bits = 0;
      for (const need of plan.needs[index] ?? []) bits |= (reached[need] ?? 0) | (own[need] ?? 0);
      reached[index] = bits;
    }
  }
  return reached;
}
