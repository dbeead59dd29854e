import { invariant } from '../../errors.ts';
import { statesOf } from '../chart.ts';
import type { Chart, ChartState } from '../chart.ts';
import { oneLine, transitionLabel } from '../transition-words.ts';
import { xmlAttributes, xmlText } from '../xml.ts';
import { arrowsOf } from './arrows.ts';
import type { Arrow } from './arrows.ts';
import { chartGraph, chartLayout, dotOf, hasDot } from './chart-graph.ts';
import { chartStyle } from './chart-style.ts';
import { layOut } from './elk.ts';
import type { Box, Layout } from './elk.ts';
import { lineHeightPx, stateBox } from './state-box.ts';
import type { StateBox } from './state-box.ts';
import { svgPage, svgText } from './svg-page.ts';
import { arrowhead, number, roundedPath } from './svg-path.ts';

/** What a picture shows beyond the chart itself. */
export interface ChartMarks {
  /** Paths of the states that are active: these are lit. */
  readonly lit?: readonly string[];
  /** How often each transition was taken, by its key (`transitionKey`): written at it as `×12`; what was never taken is faint. Left out: nothing is counted. */
  readonly taken?: ReadonlyMap<string, number>;
}

/**
 * Draws a chart as SVG: states as boxes with what runs in them, containers around their states, regions dashed, final states with a double border, and
 * arrows between them with `EVENT [guard] / actions`; transitions between the same two states share an arrow, and those without a target are lines in
 * their box. `always` is dashed, delays are amber, ends of actors green and their errors red. The same chart gives the same text.
 */
export async function drawChart(chart: Chart, { lit = [], taken }: ChartMarks = {}): Promise<string> {
  const counts = taken ?? null;
  const states = statesOf(chart);
  const boxes = new Map(states.map((state) => [state.path, stateBox(state, counts)]));
  const arrows = arrowsOf(chart, counts);
  const { nodes, edges } = chartGraph(chart, boxes, arrows);
  const layout = await layOut(nodes, edges, chartLayout);
  const isLit = new Set(lit);
  const begins = states.filter(hasDot);
  return svgPage(layout.size, wordsOf(chart, isLit), chartStyle, [
    ...states.map((state) => drawState(state, { chart, layout, boxes, isLit })),
    ...begins.map(({ path }) => drawBegin(path, layout)),
    ...arrows.map((arrow) => drawArrow(arrow, layout)),
    ...arrows.map((arrow) => drawLabel(arrow, layout)),
  ]);
}

interface Scene {
  readonly chart: Chart;
  readonly layout: Layout;
  readonly boxes: ReadonlyMap<string, StateBox>;
  readonly isLit: ReadonlySet<string>;
}

function wordsOf(chart: Chart, isLit: ReadonlySet<string>): { readonly title: string; readonly description: string } {
  const states = statesOf(chart);
  const active = states.filter(({ path, states: children }) => isLit.has(path) && children.length === 0).map(({ path }) => path);
  const counted = `${String(states.length)} states, ${String(states.reduce((sum, state) => sum + state.transitions.length, 0))} transitions`;
  const about = [chart.description, `${counted}${active.length === 0 ? '' : `; now in ${active.join(', ')}`}`];
  return {
    title: oneLine(`State chart ${chart.id}${chart.version === null ? '' : ` ${chart.version}`}`),
    description: oneLine(about.filter((part) => part !== null).join(': ')),
  };
}

function drawState(state: ChartState, scene: Scene): string {
  const place = boxAt(state.path, scene.layout);
  const text = scene.boxes.get(state.path);
  invariant(text !== undefined, `the state ${state.path} has no text`);
  const { x, y, width } = place;
  const left = x + 12;
  const isContainer = state.states.length > 0;
  const title = isContainer
    ? svgText(text.title, left, y + 20, { class: 'title' })
    : svgText(text.title, x + width / 2, y + 20, { class: 'title', 'text-anchor': 'middle' });
  const ruleY = number(y + lineHeightPx.title + 2);
  const rule = `<path class="rule" d="M${number(x + 6)} ${ruleY}H${number(x + (isContainer ? text.widthPx : width) - 6)}"/>`;
  const lines = text.lines.map((line, index) =>
    svgText(line.text, left, y + lineHeightPx.title + 16 + index * lineHeightPx.line, {
      class: `line ${line.style}`,
      'data-transition': line.key,
    }),
  );
  return [
    `<g${xmlAttributes({ class: classOf(state, scene), 'data-state': state.path })}>`,
    `<title>${xmlText(oneLine(state.description === null ? state.path : `${state.path}: ${state.description}`))}</title>`,
    outline(place, 0, 9),
    ...(state.kind === 'final' ? [outline(place, 3.5, 6)] : []),
    title,
    ...(lines.length > 0 ? [rule, ...lines] : []),
    '</g>',
  ].join('');
}

function outline({ x, y, width, height }: Box, inset: number, radius: number): string {
  return `<rect${xmlAttributes({
    x: number(x + inset),
    y: number(y + inset),
    width: number(width - 2 * inset),
    height: number(height - 2 * inset),
    rx: number(radius),
  })}/>`;
}

function classOf(state: ChartState, { chart, isLit }: Scene): string {
  const isContainer = state.states.length > 0;
  const parent = statesOf(chart).find(({ states }) => states.includes(state));
  const names = ['state', state.kind];
  if (isContainer) names.push('container');
  if (isContainer && state !== chart.root) names.push('nested');
  if (parent?.kind === 'parallel') names.push('region');
  if (isLit.has(state.path)) names.push('lit');
  return names.join(' ');
}

function drawBegin(path: string, layout: Layout): string {
  const { x, y, width } = boxAt(dotOf(path), layout);
  const { points } = layout.routes.get(`begin:${path}`) ?? { points: [] };
  const dot = `<circle class="dot" cx="${number(x + width / 2)}" cy="${number(y + width / 2)}" r="${number(width / 2)}"/>`;
  return `<g>${dot}<path class="way begin" d="${roundedPath(points)}"/><path class="head begin" d="${arrowhead(points)}"/></g>`;
}

function drawArrow(arrow: Arrow, layout: Layout): string {
  const { points } = layout.routes.get(arrow.id) ?? { points: [] };
  const taken = arrow.taken ?? 0;
  // Twice as often is as much thicker each time, up to five pixels.
  const width = taken > 0 ? number(Math.min(5, 1.6 + 0.5 * Math.log2(taken))) : null;
  return [
    `<g${xmlAttributes({ class: arrow.taken === 0 ? 'idle' : null, 'data-source': arrow.source, 'data-target': arrow.target })}>`,
    `<title>${xmlText(oneLine(`${arrow.source} → ${arrow.target}: ${arrow.transitions.map(transitionLabel).join('; ')}`))}</title>`,
    `<path${xmlAttributes({ class: `way ${arrow.tone}`, d: roundedPath(points), style: width === null ? null : `stroke-width:${width}` })}/>`,
    `<path${xmlAttributes({ class: `head ${arrow.tone}`, d: arrowhead(points) })}/>`,
    '</g>',
  ].join('');
}

function drawLabel(arrow: Arrow, layout: Layout): string {
  const label = layout.routes.get(arrow.id)?.label ?? null;
  if (label === null) return '';
  const lines = arrow.lines.map((line, index) =>
    svgText(line.text, label.x + label.width / 2, label.y + 11.5 + index * lineHeightPx.label, {
      class: `label ${line.tone} ${line.part}`,
      'text-anchor': 'middle',
      'data-transition': line.key,
    }),
  );
  const paper = xmlAttributes({
    class: 'paper',
    x: number(label.x),
    y: number(label.y),
    width: number(label.width),
    height: number(label.height),
    rx: 3,
  });
  return `<g${xmlAttributes({ class: arrow.taken === 0 ? 'idle' : null })}><rect${paper}/>${lines.join('')}</g>`;
}

function boxAt(id: string, layout: Layout): Box {
  const box = layout.boxes.get(id);
  invariant(box !== undefined, `the layout has no place for ${id}`);
  return box;
}
