import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepId } from '../../schemas/ids.ts';
import { findNonAncestors } from '../../src/workflow/ancestors.ts';
import { buildPlan } from '../../src/workflow/plan.ts';

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `s${index}` as StepId);

// Needs of each step, any steps at all; or only ones that stand before it, which cannot make a cycle.
const anyNeeds = fc
  .integer({ min: 1, max: 40 })
  .chain((count) => fc.array(fc.uniqueArray(fc.nat(count - 1), { maxLength: 4 }), { minLength: count, maxLength: count }));
const acyclicNeeds = anyNeeds.map((needs) => needs.map((list, index) => list.filter((need) => need < index)));

function planOf(needs: readonly (readonly number[])[]) {
  const result = buildPlan(idsOf(needs.length), needs);
  if (!result.ok) throw new Error('a cycle was found where none is');
  return result.plan;
}

function ancestorsOf(needs: readonly (readonly number[])[], start: number): Set<number> {
  const found = new Set<number>();
  const open = [start];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const fresh = (needs[next] ?? []).filter((need) => !found.has(need));
    for (const need of fresh) found.add(need);
    open.push(...fresh);
  }
  return found;
}

describe('plans', () => {
  it('put every step exactly once, one level after the last of its needs', () => {
    fc.assert(
      fc.property(acyclicNeeds, (needs) => {
        const { levels } = planOf(needs);
        const levelOf = new Map(levels.flatMap((level, depth) => level.map((index) => [index, depth])));
        expect(levelOf.size).toBe(needs.length);
        needs.forEach((list, index) =>
          expect(levelOf.get(index)).toBe(Math.max(-1, ...list.map((need) => levelOf.get(need) ?? Number.NaN)) + 1),
        );
      }),
    );
  });

  it('have a critical path that is a chain as long as the tallest step and the number of levels', () => {
    fc.assert(
      fc.property(acyclicNeeds, (needs) => {
        const { criticalPath, height, levels } = planOf(needs);
        expect(criticalPath).toHaveLength(levels.length);
        expect(Math.max(...height)).toBe(levels.length);
        criticalPath.slice(1).forEach((index, place) => expect(needs[index]).toContain(criticalPath[place]));
      }),
    );
  });

  it('name only real cycles, and one wherever there is one', () => {
    fc.assert(
      fc.property(anyNeeds, (needs) => {
        const result = buildPlan(idsOf(needs.length), needs);
        const inCycle = needs.flatMap((_, index) => (ancestorsOf(needs, index).has(index) ? [index] : []));
        expect(result.ok).toBe(inCycle.length === 0);
        if (result.ok) return;
        for (const cycle of result.cycles) {
          expect(new Set(cycle).size).toBe(cycle.length);
          cycle.forEach((index, place) => expect(needs[index]).toContain(cycle[(place + 1) % cycle.length]));
        }
        // Each step of a cycle shares its group with a named one.
        for (const index of inCycle)
          expect(
            result.cycles.some(
              ([first = -1]) => first === index || (ancestorsOf(needs, index).has(first) && ancestorsOf(needs, first).has(index)),
            ),
          ).toBe(true);
      }),
    );
  });

  it('tell ancestors from other steps', () => {
    fc.assert(
      fc.property(acyclicNeeds, (needs) => {
        const pairs = needs.flatMap((_, from) => needs.map((__, to) => ({ from, to })));
        const expected = pairs.filter(({ from, to }) => !ancestorsOf(needs, from).has(to)).map(({ from, to }) => `${from} ${to}`);
        const found = findNonAncestors(planOf(needs), pairs).map(({ from, to }) => `${from} ${to}`);
        expect(found.sort()).toEqual(expected.sort());
      }),
    );
  });

  it('take 100,000 steps in a chain', () => {
    const count = 100_000;
    const plan = planOf(Array.from({ length: count }, (_, index) => (index === 0 ? [] : [index - 1])));
    expect(plan.levels).toHaveLength(count);
    const ring = buildPlan(
      idsOf(count),
      Array.from({ length: count }, (_, index) => [(index + 1) % count]),
    );
    expect(ring.ok ? 0 : ring.cycles[0]?.length).toBe(count);
  });
});
