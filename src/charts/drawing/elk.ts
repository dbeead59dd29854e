import { invariant } from '../../errors.ts';

/** What is laid out: boxes in boxes, with arrows that stand at the outermost. Sizes in pixels; a box with children grows to hold them. */
export interface GraphNode {
  readonly id: string;
  readonly width?: number;
  readonly height?: number;
  readonly children?: readonly GraphNode[];
  readonly layoutOptions?: Readonly<Record<string, string>>;
}

/** An arrow between two boxes of any depth, with the size of its label. */
export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly label: { readonly width: number; readonly height: number } | null;
}

/** A place in the picture, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box at its place. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where everything is. Of an arrow: its bends from begin to end, and the box of its label. */
export interface Layout {
  readonly size: { readonly width: number; readonly height: number };
  readonly boxes: ReadonlyMap<string, Box>;
  readonly routes: ReadonlyMap<string, { readonly points: readonly Point[]; readonly label: Box | null }>;
}

/** What ELK gives back: the graph with places, those of boxes from their parent's corner, those of arrows from the picture's. */
interface Placed {
  readonly id: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly children?: readonly Placed[];
  readonly edges?: readonly PlacedEdge[];
}

interface PlacedEdge {
  readonly id: string;
  readonly labels?: readonly Partial<Box>[];
  readonly sections?: readonly { readonly startPoint: Point; readonly endPoint: Point; readonly bendPoints?: readonly Point[] }[];
}

/**
 * Lays a graph out with ELK Layered (Schulze, Spönemann, von Hanxleden, Drawing layered graphs with port constraints, 2014), which gives the same places
 * for the same graph each time. The library takes 0.3 s to load, and is loaded when it is first needed.
 */
export async function layOut(
  children: readonly GraphNode[],
  edges: readonly GraphEdge[],
  layoutOptions: Readonly<Record<string, string>>,
): Promise<Layout> {
  const { default: elk } = await import('elkjs/lib/elk.bundled.js');
  const graph = {
    id: '',
    layoutOptions: { 'org.eclipse.elk.json.edgeCoords': 'ROOT', ...layoutOptions },
    children: structuredClone(children) as never,
    edges: edges.map(({ id, source, target, label }) => ({
      id,
      sources: [source],
      targets: [target],
      labels: label === null ? [] : [{ text: id, width: label.width, height: label.height }],
    })),
  };
  const placed = (await new elk.default().layout(graph)) as Placed;
  const boxes = new Map<string, Box>();
  for (const child of placed.children ?? []) collectBoxes(child, { x: 0, y: 0 }, boxes);
  return {
    size: { width: placed.width ?? 0, height: placed.height ?? 0 },
    boxes,
    routes: new Map((placed.edges ?? []).map((edge) => [edge.id, routeOf(edge)])),
  };
}

function collectBoxes(node: Placed, from: Point, boxes: Map<string, Box>): void {
  const box = { x: from.x + (node.x ?? 0), y: from.y + (node.y ?? 0), width: node.width ?? 0, height: node.height ?? 0 };
  boxes.set(node.id, box);
  for (const child of node.children ?? []) collectBoxes(child, box, boxes);
}

function routeOf({ id, sections, labels }: PlacedEdge): { readonly points: readonly Point[]; readonly label: Box | null } {
  const section = sections?.[0];
  invariant(section !== undefined, `the arrow ${id} was given no way`);
  const label = labels?.[0];
  return {
    points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint],
    label: label === undefined ? null : { x: label.x ?? 0, y: label.y ?? 0, width: label.width ?? 0, height: label.height ?? 0 },
  };
}
