/** Something in a level: a node of the graph, or (`node` null) a place that an arrow over several levels passes. */
export interface LevelItem {
  readonly node: number | null;
  readonly level: number;
  /** Items of the level before and of the one after that an arrow joins it with. */
  readonly before: LevelItem[];
  readonly after: LevelItem[];
  /** Place in its level, from 0. */
  place: number;
}

/** A graph in levels. */
interface Levels {
  /** By level its items, in their order. */
  readonly levels: readonly LevelItem[][];
  /** By edge the places that it passes between its ends; arrows from one node share them as far as they go together. */
  readonly ways: readonly (readonly LevelItem[])[];
}

/** An edge between two nodes, by their numbers. */
type Edge = readonly [from: number, to: number];

/** Arrows over several levels get places of their own up to so many; those that do not fit are drawn straight across. */
const mostPlaces = 100_000;
const sweeps = 8;

/**
 * Puts the nodes 0 to `count` - 1 of an acyclic graph in levels, each behind all that lead to it, and orders each level so that few arrows cross: by the mean place of
 * its neighbours, forwards and backwards in turn (Sugiyama, Tagawa, Toda, Methods for visual understanding of hierarchical system structures, 1981). The time grows
 * with the edges and the places that they pass.
 */
export function orderLevels(count: number, edges: readonly Edge[]): Levels {
  const levelOf = longestPaths(count, edges);
  const levels: LevelItem[][] = [];
  const add = (node: number | null, level: number): LevelItem => {
    const items = (levels[level] ??= []);
    const item = { node, level, before: [], after: [], place: items.length };
    items.push(item);
    return item;
  };
  const nodes = levelOf.map((level, node) => add(node, level));
  const ways = edges.map((): LevelItem[] => []);
  const wayOf = new Map<number, LevelItem[]>();
  let places = 0;
  for (const [index, [from, to]] of edges.entries()) {
    const way = wayOf.get(from) ?? [];
    wayOf.set(from, way);
    const [source, target] = [nodes[from] as LevelItem, nodes[to] as LevelItem];
    const passed = target.level - source.level - 1;
    if (places + passed - way.length > mostPlaces) continue;
    for (; way.length < passed; places++) {
      const place = add(null, source.level + 1 + way.length);
      join(way.at(-1) ?? source, place);
      way.push(place);
    }
    ways[index] = way.slice(0, passed);
    join(passed === 0 ? source : (way[passed - 1] as LevelItem), target);
  }
  for (let sweep = 0; sweep < sweeps; sweep++) sweepOnce(levels, sweep % 2 === 0);
  return { levels, ways };
}

function join(from: LevelItem, to: LevelItem): void {
  from.after.push(to);
  to.before.push(from);
}

function sweepOnce(levels: readonly LevelItem[][], isForwards: boolean): void {
  for (const items of isForwards ? levels : levels.toReversed()) {
    const wanted = new Map(items.map((item) => [item, meanPlace(item, isForwards ? item.before : item.after)]));
    items.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    for (const [place, item] of items.entries()) item.place = place;
  }
}

function meanPlace({ place }: LevelItem, neighbours: readonly LevelItem[]): number {
  if (neighbours.length === 0) return place;
  return neighbours.reduce((sum, neighbour) => sum + neighbour.place, 0) / neighbours.length;
}

/** By node how many nodes the longest way to it has before it. */
function longestPaths(count: number, edges: readonly Edge[]): readonly number[] {
  const after = Array.from({ length: count }, (): number[] => []);
  const open = Array.from({ length: count }, () => 0);
  for (const [from, to] of edges) {
    after[from]?.push(to);
    open[to] = (open[to] ?? 0) + 1;
  }
  const levels = open.map(() => 0);
  const ready = open.flatMap((needs, node) => (needs === 0 ? [node] : []));
  for (const node of ready) {
    for (const next of after[node] ?? []) {
      levels[next] = Math.max(levels[next] ?? 0, (levels[node] ?? 0) + 1);
      open[next] = (open[next] ?? 0) - 1;
      if (open[next] === 0) ready.push(next);
    }
  }
  return levels;
}
