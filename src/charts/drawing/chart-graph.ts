import type { Chart, ChartState } from '../chart.ts';
import { statesOf } from '../chart.ts';
import type { Arrow } from './arrows.ts';
import type { GraphEdge, GraphNode } from './elk.ts';
import type { StateBox } from './state-box.ts';

/** Edge of the dot that stands for the begin of a container, in pixels. */
const dotPx = 12;

/** Space between the border of a container and what it contains, in pixels. */
const paddingPx = 18;

/** What every container needs as well as the whole: without it ELK turns containers, or the order of their states, upside down. */
const inEveryContainer = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

/**
 * How a chart is laid out: from its begin down, cycles broken from the first state on, arrows in right angles with their labels beside them. Downwards the labels of a
 * chain lie under each other, so that run is 1500 pixels wide where it was 2400 from left to right. `considerModelOrder`, which would keep the order of the text, makes
 * ELK 0.12 fail in containers; so does wrapping.
 */
export const chartLayout: Readonly<Record<string, string>> = {
  ...inEveryContainer,
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  // Less than the usual 7, for half the time: of our own machines the same pictures.
  'elk.layered.thoroughness': '2',
  'elk.padding': '[top=8,left=8,bottom=8,right=8]',
};

/** The chart as a graph: a box for each state, named by its path, and a dot (`dot:PATH`) where a container begins. */
export function chartGraph(
  chart: Chart,
  boxes: ReadonlyMap<string, StateBox>,
  arrows: readonly Arrow[],
): { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] } {
  const begins = statesOf(chart).filter(hasDot);
  const crossed = crossedContainers(chart, arrows);
  return {
    nodes: [nodeOf(chart.root, boxes, crossed)],
    edges: [
      ...begins.map(({ path, initial }) => ({ id: `begin:${path}`, source: dotOf(path), target: initial ?? path, label: null })),
      ...arrows.map(({ id, source, target, label }) => ({ id, source, target, label })),
    ],
  };
}

/** The name of the dot in a container. */
export function dotOf(path: string): string {
  return `dot:${path}`;
}

/** Whether a state has a dot inside with an arrow to its initial child. */
export function hasDot(state: ChartState): boolean {
  return state.kind === 'compound' && state.states.length > 0 && state.initial !== null;
}

/** The containers through whose border an arrow goes: between a state in it and the container itself, or a state outside. */
function crossedContainers(chart: Chart, arrows: readonly Arrow[]): ReadonlySet<string> {
  const around = new Map<string, readonly string[]>();
  const walk = (state: ChartState, containers: readonly string[]): void => {
    around.set(state.path, containers);
    for (const child of state.states) walk(child, [...containers, state.path]);
  };
  walk(chart.root, []);
  const crossed = new Set<string>();
  for (const { source, target } of arrows) {
    const [from = [], to = []] = [around.get(source), around.get(target)];
    for (const path of from) if (!to.includes(path)) crossed.add(path);
    for (const path of to) if (!from.includes(path)) crossed.add(path);
  }
  return crossed;
}

/** What is written in a container stands over its states; where arrows come in from above, in a column beside them that no arrow goes through. */
function nodeOf(state: ChartState, boxes: ReadonlyMap<string, StateBox>, crossed: ReadonlySet<string>): GraphNode {
  const { widthPx = 0, heightPx = 0 } = boxes.get(state.path) ?? {};
  if (state.states.length === 0) return { id: state.path, width: widthPx, height: heightPx };
  const dot = hasDot(state) ? [{ id: dotOf(state.path), width: dotPx, height: dotPx }] : [];
  const header = crossed.has(state.path) ? { top: paddingPx, left: widthPx } : { top: heightPx + 12, left: paddingPx };
  const padding = { ...header, bottom: paddingPx, right: paddingPx };
  return {
    id: state.path,
    children: [...dot, ...state.states.map((child) => nodeOf(child, boxes, crossed))],
    layoutOptions: {
      ...inEveryContainer,
      'elk.padding': `[${Object.entries(padding)
        .map(([side, size]) => `${side}=${String(size)}`)
        .join(',')}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${String(widthPx)},${String(heightPx)})`,
    },
  };
}
