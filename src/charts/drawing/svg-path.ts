import type { Point } from './elk.ts';

/** Corners of an arrow are rounded by so much, where there is room. */
const radiusPx = 7;

/** A number for SVG: at most two places after the point. */
export function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The line through these points as data of a path, its corners rounded. At least two points. */
export function roundedPath(points: readonly Point[]): string {
  return points.map((point, index) => stepTo(point, points[index - 1], points[index + 1])).join('');
}

/** An arrowhead whose tip is the last point, in the direction of the last piece, as data of a path. */
export function arrowhead(points: readonly Point[]): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return '';
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const along = { x: (tip.x - before.x) / length, y: (tip.y - before.y) / length };
  const corner = (side: number): string =>
    `${number(tip.x - along.x * 8 - along.y * 3.6 * side)} ${number(tip.y - along.y * 8 + along.x * 3.6 * side)}`;
  return `M${number(tip.x)} ${number(tip.y)}L${corner(1)}L${corner(-1)}Z`;
}

function stepTo(point: Point, before: Point | undefined, after: Point | undefined): string {
  if (before === undefined) return `M${number(point.x)} ${number(point.y)}`;
  if (after === undefined) return `L${number(point.x)} ${number(point.y)}`;
  const begin = towards(point, before);
  const end = towards(point, after);
  return `L${number(begin.x)} ${number(begin.y)}Q${number(point.x)} ${number(point.y)} ${number(end.x)} ${number(end.y)}`;
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.min(radiusPx, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
