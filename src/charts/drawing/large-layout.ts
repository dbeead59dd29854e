import type { Box, GraphEdge, GraphNode, Layout, Point } from './elk.ts';
import { orderLevels } from './level-order.ts';
import type { LevelItem } from './level-order.ts';

const gapPx = { levels: 72, items: 14, margin: 16 } as const;
/** Height of the place that an arrow passes between the boxes of a level. */
const placePx = 2;
/** An arrow leaves and enters a box straight for so long. */
const stubPx = 12;
const passes = 4;

/**
 * Lays a large graph without containers, labels and cycles out from left to right, level by level, in a time that grows with its size: ELK takes 20 s for 400 steps and
 * minutes for 2,000. Arrows are slanted between the levels. The same graph gives the same places.
 */
export function layOutLarge(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Layout {
  const numberOf = new Map(nodes.map(({ id }, index) => [id, index]));
  const numbered = edges.map(({ source, target }) => [numberOf.get(source) ?? 0, numberOf.get(target) ?? 0] as const);
  const { levels, ways } = orderLevels(nodes.length, numbered);
  const heightOf = ({ node }: LevelItem): number => (node === null ? placePx : (nodes[node]?.height ?? 0));
  const centers = placed(levels, heightOf);
  const columns = columnsOf(levels, nodes);
  const boxes = new Map<string, Box>();
  for (const item of levels.flat()) {
    if (item.node === null) continue;
    const { id = '', width = 0, height = 0 } = nodes[item.node] ?? {};
    boxes.set(id, { x: columns[item.level]?.x ?? 0, y: (centers.get(item) ?? 0) - height / 2, width, height });
  }
  const routes = edges.map(({ id, source, target }, index) => {
    const passed = (ways[index] ?? []).flatMap((item) => pointsAt(columns[item.level], centers.get(item) ?? 0));
    return [id, { points: route(boxes.get(source), passed, boxes.get(target)), label: null }] as const;
  });
  const bottom = Math.max(0, ...levels.map((items) => endOf(items.at(-1), centers, heightOf)));
  const last = columns.at(-1);
  const size = { width: (last === undefined ? 0 : last.x + last.width) + gapPx.margin, height: bottom + gapPx.margin };
  return { size, boxes, routes: new Map(routes) };
}

interface Column {
  readonly x: number;
  readonly width: number;
}

function columnsOf(levels: readonly (readonly LevelItem[])[], nodes: readonly GraphNode[]): readonly Column[] {
  let x: number = gapPx.margin;
  return levels.map((items) => {
    const width = items.reduce((most, { node }) => Math.max(most, node === null ? 0 : (nodes[node]?.width ?? 0)), 0);
    const column = { x, width };
    x += width + gapPx.levels;
    return column;
  });
}

function pointsAt(column: Column | undefined, y: number): readonly Point[] {
  return column === undefined
    ? []
    : [
        { x: column.x, y },
        { x: column.x + column.width, y },
      ];
}

function route(source: Box | undefined, passed: readonly Point[], target: Box | undefined): readonly Point[] {
  if (source === undefined || target === undefined) return passed;
  const from = { x: source.x + source.width, y: source.y + source.height / 2 };
  const to = { x: target.x, y: target.y + target.height / 2 };
  return [from, { ...from, x: from.x + stubPx }, ...passed, { ...to, x: to.x - stubPx }, to];
}

function endOf(
  item: LevelItem | undefined,
  centers: ReadonlyMap<LevelItem, number>,
  heightOf: (item: LevelItem) => number,
): number {
  return item === undefined ? 0 : (centers.get(item) ?? 0) + heightOf(item) / 2;
}

/** By item the height of its middle: as near to its neighbours as the order of the level allows. */
function placed(
  levels: readonly (readonly LevelItem[])[],
  heightOf: (item: LevelItem) => number,
): ReadonlyMap<LevelItem, number> {
  const centers = new Map<LevelItem, number>();
  for (let pass = 0; pass < passes; pass++) {
    const isForwards = pass % 2 === 0;
    for (const items of isForwards ? levels : levels.toReversed()) {
      const wanted = items.map((item) => mean(isForwards ? item.before : item.after, centers) ?? centers.get(item) ?? 0);
      const found = spread(wanted, items.map(heightOf));
      for (const [index, item] of items.entries()) centers.set(item, found[index] ?? 0);
    }
  }
  let top = Infinity;
  for (const [item, center] of centers) top = Math.min(top, center - heightOf(item) / 2);
  for (const [item, center] of centers) centers.set(item, center - top + gapPx.margin);
  return centers;
}

function mean(neighbours: readonly LevelItem[], centers: ReadonlyMap<LevelItem, number>): number | null {
  const known = neighbours.flatMap((neighbour) => centers.get(neighbour) ?? []);
  return known.length === 0 ? null : known.reduce((sum, center) => sum + center, 0) / known.length;
}

/**
 * Middles that keep their order and distance and are as near to the wanted ones as they can be, by least squares: neighbours that come too near move together from then
 * on (Barlow et al., Statistical inference under order restrictions, 1972, pool adjacent violators).
 */
function spread(wanted: readonly number[], heights: readonly number[]): readonly number[] {
  const offsets: number[] = [];
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, height] of heights.entries()) {
    const before = heights[index - 1];
    offsets.push(before === undefined ? 0 : (offsets[index - 1] ?? 0) + (before + height) / 2 + gapPx.items);
    let block = { sum: (wanted[index] ?? 0) - (offsets[index] ?? 0), count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, count: last.count + block.count };
    }
    blocks.push(block);
  }
  const shifts = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  return offsets.map((offset, index) => offset + (shifts[index] ?? 0));
}
