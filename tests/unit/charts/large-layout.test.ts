import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Box } from '../../../src/charts/drawing/elk.ts';
import { drawWorkflow } from '../../../src/charts/drawing/draw-workflow.ts';
import { layOutLarge } from '../../../src/charts/drawing/large-layout.ts';
import { orderLevels } from '../../../src/charts/drawing/level-order.ts';

type Needs = readonly (readonly number[])[];

const needs: fc.Arbitrary<Needs> = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 40 })
  .map((lists) => lists.map((list, index) => (index === 0 ? [] : [...new Set(list.map((link) => link % index))])));

const edgesOf = (all: Needs): (readonly [number, number])[] => all.flatMap((list, to) => list.map((from) => [from, to] as const));

const nowhere: Box = { x: NaN, y: NaN, width: NaN, height: NaN };

function meets(one: Box, other: Box): boolean {
  const beside = one.x + one.width <= other.x || other.x + other.width <= one.x;
  return !beside && one.y + one.height > other.y && other.y + other.height > one.y;
}

test('boxes stand apart, and each arrow leads from its box forwards to the other', () => {
  fc.assert(
    fc.property(needs, (all) => {
      const nodes = all.map((_, index) => ({
        id: `n${String(index)}`,
        width: 60 + (index % 3) * 40,
        height: 34 + (index % 4) * 15,
      }));
      const edges = edgesOf(all).map(([from, to], index) => {
        return { id: `e${String(index)}`, source: `n${String(from)}`, target: `n${String(to)}`, label: null };
      });
      const { size, boxes, routes } = layOutLarge(nodes, edges);
      const placed = [...boxes.values()];
      for (const [index, one] of placed.entries()) {
        expect(meets(one, { x: 0, y: 0, ...size })).toBe(true);
        expect(placed.slice(index + 1).filter((other) => meets(one, other))).toEqual([]);
      }
      for (const { id, source, target } of edges) {
        const points = routes.get(id)?.points ?? [];
        const [from = nowhere, to = nowhere] = [boxes.get(source), boxes.get(target)];
        expect(points[0]).toEqual({ x: from.x + from.width, y: from.y + from.height / 2 });
        expect(points.at(-1)).toEqual({ x: to.x, y: to.y + to.height / 2 });
        expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).toSorted((one, other) => one - other));
      }
    }),
    { numRuns: 100 },
  );
});

test('each node stands behind all that lead to it, and arrows pass a place in each level between', () => {
  fc.assert(
    fc.property(needs, (all) => {
      const edges = edgesOf(all);
      const { levels, ways } = orderLevels(all.length, edges);
      const levelOf = new Map(
        levels.flatMap((items, level) => items.flatMap(({ node }) => (node === null ? [] : [[node, level] as const]))),
      );
      expect(levelOf.size).toBe(all.length);
      for (const [index, [from, to]] of edges.entries()) {
        const between = Array.from(
          { length: (levelOf.get(to) ?? 0) - (levelOf.get(from) ?? 0) - 1 },
          (_, step) => (levelOf.get(from) ?? 0) + 1 + step,
        );
        expect(levelOf.get(to)).toBeGreaterThan(levelOf.get(from) ?? 0);
        expect(ways[index]?.map(({ level }) => level)).toEqual(between);
      }
    }),
    { numRuns: 100 },
  );
});

test('arrows that would pass too many places are drawn across', () => {
  const count = 500;
  const chain = Array.from({ length: count - 1 }, (_, index) => [index, index + 1] as const);
  const toLast = Array.from({ length: count - 2 }, (_, index) => [index, count - 1] as const);
  const { levels, ways } = orderLevels(count, [...chain, ...toLast]);
  expect(levels.flat().length).toBeLessThanOrEqual(100_000 + count);
  expect(ways.at(-1)).toEqual([]);
  expect(ways[chain.length]).toHaveLength(count - 2);
});

test('a workflow of 2,000 steps is drawn whole, the same each time', async () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `step-${String(index)}`);
  const nodes = ids.map((id) => ({ id, lines: ['shell'], state: null, isCritical: false }));
  const edges = ids.slice(1).map((to, index) => ({ from: ids[Math.floor(index / 2)] ?? '', to }));
  const text = await drawWorkflow('large', nodes, edges);
  expect(text.match(/data-step=/g)).toHaveLength(2000);
  expect(text.match(/data-from=/g)).toHaveLength(1999);
  expect(text).not.toContain('NaN');
  expect(await drawWorkflow('large', nodes, edges)).toBe(text);
});
