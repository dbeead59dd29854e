import { invariant } from '../../errors.ts';
import { oneLine } from '../transition-words.ts';
import { xmlAttributes, xmlText } from '../xml.ts';
import { layOut } from './elk.ts';
import type { Layout, Point } from './elk.ts';
import { layOutLarge } from './large-layout.ts';
import { textWidthPx } from './measure.ts';
import { svgPage, svgText } from './svg-page.ts';
import { arrowhead, number, roundedPath } from './svg-path.ts';
import { stepMark, workflowStyle } from './workflow-style.ts';

/** One step of a workflow as it is drawn. */
export interface WorkflowNode {
  readonly id: string;
  /** Further lines in its box, such as its tool. */
  readonly lines: readonly string[];
  /** State of the step in a run (`running`, `succeeded`, …), which colours the box; null: only planned. */
  readonly state: string | null;
  /** Whether it is on the critical path: drawn with a thick border. */
  readonly isCritical: boolean;
}

/** A need: the step `to` waits for the step `from`. Both are ids. */
export interface WorkflowEdge {
  readonly from: string;
  readonly to: string;
}

const nameFace = { sizePx: 13, isBold: true } as const;
const lineFace = { sizePx: 11, isBold: false } as const;

/** ELK, which draws the more beautiful pictures, is given so many steps and needs in all: some 0.5 s of work. */
const mostForElk = 240;

const workflowLayout = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '44',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.spacing.nodeNode': '16',
  'elk.spacing.edgeNode': '12',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
};

/**
 * Draws the steps of a workflow as SVG, level after level from left to right, with an arrow from each step to those that need it. Ids are unique and
 * edges join them (a bug otherwise). The same workflow gives the same text.
 */
export async function drawWorkflow(
  name: string,
  nodes: readonly WorkflowNode[],
  edges: readonly WorkflowEdge[],
): Promise<string> {
  const ids = new Set(nodes.map(({ id }) => id));
  invariant(ids.size === nodes.length, 'the steps of a drawn workflow have ids of their own');
  invariant(
    edges.every(({ from, to }) => ids.has(from) && ids.has(to)),
    'the needs of a drawn workflow are steps of it',
  );
  // ELK's own names: the id of a step could be that of an arrow.
  const boxes = nodes.map((node) => ({ id: `step:${node.id}`, width: widthOf(node), height: 34 + node.lines.length * 15 }));
  const arrows = edges.map(({ from, to }, index) => {
    return { id: `need:${String(index)}`, source: `step:${from}`, target: `step:${to}`, label: null };
  });
  const isLarge = nodes.length + edges.length > mostForElk;
  const layout = isLarge ? layOutLarge(boxes, arrows) : await layOut(boxes, arrows, workflowLayout);
  const counted = `${String(nodes.length)} step${nodes.length === 1 ? '' : 's'}, ${String(edges.length)} need${edges.length === 1 ? '' : 's'}`;
  return svgPage(layout.size, { title: oneLine(`Workflow ${name}`), description: counted }, workflowStyle, [
    ...edges.map((edge, index) => drawNeed(edge, layout.routes.get(`need:${String(index)}`)?.points ?? [])),
    ...nodes.map((node) => drawStep(node, layout)),
  ]);
}

function widthOf({ id, lines, state }: WorkflowNode): number {
  const name = textWidthPx(`${stepMark(state)} ${oneLine(id)}`, nameFace);
  return Math.max(72, name + 24, ...lines.map((line) => textWidthPx(oneLine(line), lineFace) + 24));
}

function drawStep(node: WorkflowNode, layout: Layout): string {
  const box = layout.boxes.get(`step:${node.id}`);
  invariant(box !== undefined, `the layout has no place for the step ${node.id}`);
  const { x, y, width, height } = box;
  const said = [node.id, node.state ?? 'planned', ...node.lines, ...(node.isCritical ? ['on the critical path'] : [])];
  const rect = { x: number(x), y: number(y), width: number(width), height: number(height), rx: '8' };
  const mark = stepMark(node.state);
  return [
    `<g${xmlAttributes({ class: `step ${classOf(node.state)}${node.isCritical ? ' critical' : ''}`, 'data-step': node.id })}>`,
    `<title>${xmlText(oneLine(said.join(', ')))}</title><rect${xmlAttributes(rect)}/>`,
    svgText(mark === '' ? oneLine(node.id) : `${mark} ${oneLine(node.id)}`, x + 12, y + 22, { class: 'name' }),
    ...node.lines.map((line, index) => svgText(oneLine(line), x + 12, y + 38 + index * 15, { class: 'line' })),
    '</g>',
  ].join('');
}

function drawNeed({ from, to }: WorkflowEdge, points: readonly Point[]): string {
  const attributes = xmlAttributes({ 'data-from': from, 'data-to': to });
  return `<g${attributes}><path class="way" d="${roundedPath(points)}"/><path class="head" d="${arrowhead(points)}"/></g>`;
}

function classOf(state: string | null): string {
  return state === null ? 'planned' : state.replace(/[^A-Za-z]+/g, '-');
}
