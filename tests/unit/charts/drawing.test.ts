import { beforeAll, describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { breakerMachine } from '../../../machines/breaker.ts';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { statesOf, transitionKey, transitionsOf } from '../../../src/charts/chart.ts';
import { drawChart } from '../../../src/charts/drawing/draw-chart.ts';
import { drawWorkflow } from '../../../src/charts/drawing/draw-workflow.ts';
import { textWidthPx, wrapText } from '../../../src/charts/drawing/measure.ts';
import { oneLine, transitionWords } from '../../../src/charts/transition-words.ts';
import { machines } from './look-machines.ts';
import { readXml, within } from './read-xml.ts';
import type { Element } from './read-xml.ts';

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function rectangleOf(element: Element | undefined): Rectangle {
  const { x = '', y = '', width = '', height = '' } = element?.attributes ?? {};
  return { left: Number(x), top: Number(y), right: Number(x) + Number(width), bottom: Number(y) + Number(height) };
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return inner.left >= outer.left && inner.top >= outer.top && inner.right <= outer.right && inner.bottom <= outer.bottom;
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** The elements of states, by path. */
function statesIn(picture: Element): ReadonlyMap<string, Element> {
  const found = within(picture).filter(({ attributes }) => attributes['data-state'] !== undefined);
  return new Map(found.map((element) => [element.attributes['data-state'] ?? '', element]));
}

/** All that is written at a transition, without its breaks. */
function textAt(picture: Element, key: string): string {
  const lines = within(picture).filter(({ attributes }) => attributes['data-transition'] === key);
  return lines.map(({ text }) => text.trim()).join('');
}

function classesOf(element: Element | undefined): readonly string[] {
  return (element?.attributes['class'] ?? '').split(' ');
}

const drawn = new Map<string, string>();

/** Drawn once for all tests: the larger charts take a while. */
function textOf(name: string): string {
  return drawn.get(name) ?? '';
}

beforeAll(async () => {
  for (const [name, machine] of machines) drawn.set(name, await drawChart(chartOf(machine)));
});

describe.each(machines)('the picture of %s', (name, machine) => {
  const chart = chartOf(machine);
  let text = '';
  let picture: Element = { name: '', attributes: {}, children: [], text: '' };

  beforeAll(() => {
    text = textOf(name);
    picture = readXml(text);
  });

  test('is one that says what it shows', () => {
    expect(picture).toMatchObject({ name: 'svg', attributes: { role: 'img', 'aria-labelledby': 'title description' } });
    const [title, description] = picture.children;
    expect(title).toMatchObject({ name: 'title', attributes: { id: 'title' }, text: expect.stringContaining(oneLine(chart.id)) });
    expect(description).toMatchObject({
      name: 'desc',
      text: expect.stringContaining(`${String(statesOf(chart).length)} states`),
    });
    expect(text).toContain('prefers-color-scheme:dark');
    expect(text).not.toMatch(/NaN|undefined|\[object/);
  });

  test('has every state in its container, and none over another', () => {
    const elements = statesIn(picture);
    const rectangle = (path: string): Rectangle => rectangleOf(elements.get(path)?.children.find(({ name }) => name === 'rect'));
    expect([...elements.keys()].sort()).toEqual(
      statesOf(chart)
        .map(({ path }) => path)
        .sort(),
    );
    for (const { path, states } of statesOf(chart)) {
      const boxes = states.map((child) => rectangle(child.path));
      for (const [index, box] of boxes.entries()) {
        expect(contains(rectangle(path), box), states[index]?.path).toBe(true);
        expect(boxes.slice(index + 1).some((other) => overlap(box, other))).toBe(false);
      }
    }
  });

  test('has every transition with its trigger and guard', () => {
    for (const transition of transitionsOf(chart)) {
      const { trigger, guard } = transitionWords(transition);
      const bare = (words: string): string => words.replaceAll(' ', '');
      expect(bare(textAt(picture, transitionKey(transition)))).toContain(bare(trigger));
      if (transition.targets.length > 0) {
        const arrows = within(picture).filter(({ attributes }) => attributes['data-source'] === transition.source);
        expect(arrows.map(({ attributes }) => attributes['data-target'])).toEqual(
          expect.arrayContaining([...transition.targets]),
        );
        const whole = arrows
          .flatMap(({ children }) => children.filter(({ name }) => name === 'title'))
          .map((title) => title.text);
        expect(whole.some((words) => words.includes(guard === null ? trigger : `${trigger} ${guard}`))).toBe(true);
      }
    }
  });

  test('has labels that do not lie over each other or over a state', () => {
    const papers = within(picture)
      .filter((element) => classesOf(element).includes('paper'))
      .map(rectangleOf);
    const elements = statesIn(picture);
    const leaves = statesOf(chart).filter(({ states }) => states.length === 0);
    const boxes = leaves.map(({ path }) => rectangleOf(elements.get(path)?.children.find(({ name }) => name === 'rect')));
    for (const [index, paper] of papers.entries()) {
      expect(papers.slice(index + 1).some((other) => overlap(paper, other))).toBe(false);
      expect(boxes.some((box) => overlap(paper, box))).toBe(false);
    }
  });
});

/** The straight pieces of a path, its rounded corners taken as they would be without. */
function piecesOf(path: string): readonly Rectangle[] {
  const points = [...path.matchAll(/[MLQ ](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  return points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    return { left, right, top: Math.min(from.y, to.y), bottom: Math.max(from.y, to.y) };
  });
}

/** Where a line of text is, from its begin or its middle. */
function placeOf({ attributes, text }: Element): Rectangle {
  const sizePx = attributes['class'] === 'title' ? 13 : 11;
  const width = textWidthPx(text, { sizePx, isBold: sizePx === 13 });
  const left = Number(attributes['x']) - (attributes['text-anchor'] === 'middle' ? width / 2 : 0);
  const bottom = Number(attributes['y']);
  return { left, right: left + width, top: bottom - sizePx * 0.7, bottom };
}

test.each(machines)('in the picture of %s no arrow goes through what is written in a state', (name) => {
  const picture = readXml(textOf(name));
  const texts = [...statesIn(picture).values()].flatMap(({ children }) => children.filter((child) => child.name === 'text'));
  const ways = within(picture).filter((element) => classesOf(element).includes('way'));
  expect(ways.length).toBeGreaterThan(0);
  const pieces = ways.flatMap(({ attributes }) => piecesOf(attributes['d'] ?? ''));
  const hit = texts.filter((text) => pieces.some((piece) => overlap(piece, placeOf(text))));
  expect(hit.map(({ text }) => text)).toEqual([]);
});

test('states are drawn after their kind', () => {
  const states = statesIn(readXml(textOf('odd')));
  expect(classesOf(states.get('odd one.left'))).toEqual(expect.arrayContaining(['region', 'container']));
  const borders = (path: string) => states.get(path)?.children.filter(({ name }) => name === 'rect').length;
  expect([borders('odd one.left.end'), borders('odd one.left.idle')]).toEqual([2, 1]);
  const titles = (path: string) => states.get(path)?.children.find(({ name }) => name === 'text')?.text;
  expect([titles('odd one'), titles('odd one.left.past'), titles('odd one.left.recent')]).toEqual([
    'odd one ∥',
    'H* past',
    'H recent',
  ]);
});

test('the active states are lit, and what was taken is counted', async () => {
  const chart = chartOf(breakerMachine);
  const opens = { source: 'breaker.closed', event: 'FAILED', index: 0 };
  const counts = { source: 'breaker.closed', event: 'FAILED', index: 1 };
  const taken = new Map([
    [transitionKey(opens), 2],
    [transitionKey(counts), 12],
  ]);
  const picture = readXml(await drawChart(chart, { lit: ['breaker', 'breaker.open'], taken }));
  const lit = [...statesIn(picture)].filter(([, element]) => classesOf(element).includes('lit')).map(([path]) => path);
  expect(lit).toEqual(['breaker', 'breaker.open']);
  expect(picture.children[1]?.text).toContain('now in breaker.open');
  expect(textAt(picture, transitionKey(opens))).toMatch(/^×2 FAILED/);
  expect(textAt(picture, transitionKey(counts))).toMatch(/^×12 FAILED/);
  const arrows = within(picture).filter(({ attributes }) => attributes['data-source'] === 'breaker.closed');
  const toOpen = arrows.find(({ attributes }) => attributes['data-target'] === 'breaker.open');
  const toItself = arrows.find(({ attributes }) => attributes['data-target'] === 'breaker.closed');
  expect([classesOf(toOpen), classesOf(toItself)]).toEqual([[''], ['idle']]);
  expect(within(toOpen as Element).some(({ attributes }) => attributes['style'] === 'stroke-width:2.1')).toBe(true);
});

test('the same chart gives the same text', async () => {
  expect(await drawChart(chartOf(breakerMachine))).toBe(textOf('breaker'));
});

test('a machine of one state is a box', async () => {
  const picture = readXml(await drawChart(chartOf(createMachine({ id: 'one', on: { E: {} } }))));
  expect([...statesIn(picture).keys()]).toEqual(['one']);
  expect(textAt(picture, 'one E 0')).toBe('ignores E');
});

const node = (id: string, state: string | null = null, isCritical = false) => ({ id, lines: ['shell'], state, isCritical });

test('a workflow is drawn level after level, with its needs as arrows', async () => {
  const nodes = [
    node('build', 'succeeded', true),
    node('lint', 'dreaming'),
    node('<pack> & "go"', null),
    node('need:0', 'failed'),
  ];
  const edges = [
    { from: 'build', to: '<pack> & "go"' },
    { from: 'lint', to: '<pack> & "go"' },
    { from: '<pack> & "go"', to: 'need:0' },
  ];
  const text = await drawWorkflow('nightly', nodes, edges);
  const picture = readXml(text);
  expect(picture.children[0]?.text).toBe('Workflow nightly');
  expect(picture.children[1]?.text).toBe('4 steps, 3 needs');
  const steps = within(picture).filter(({ attributes }) => attributes['data-step'] !== undefined);
  expect(steps.map(({ attributes }) => attributes['class'])).toEqual([
    'step succeeded critical',
    'step dreaming',
    'step planned',
    'step failed',
  ]);
  expect(steps.map((step) => step.children.find(({ name }) => name === 'text')?.text)).toEqual([
    '✓ build',
    '○ lint',
    '<pack> & "go"',
    '✗ need:0',
  ]);
  const left = steps.map((step) => Number(step.children.find(({ name }) => name === 'rect')?.attributes['x']));
  expect(left[0]).toBeLessThan(left[2] ?? 0);
  expect(left[2]).toBeLessThan(left[3] ?? 0);
  const needs = within(picture).filter(({ attributes }) => attributes['data-from'] !== undefined);
  expect(needs.map(({ attributes }) => ({ from: attributes['data-from'], to: attributes['data-to'] }))).toEqual(edges);
  expect(await drawWorkflow('nightly', nodes, edges)).toBe(text);
});

test('refuses a need that is no step, and two steps of one id', async () => {
  await expect(drawWorkflow('w', [node('a')], [{ from: 'a', to: 'b' }])).rejects.toThrow('are steps of it');
  await expect(drawWorkflow('w', [node('a'), node('a')], [])).rejects.toThrow('ids of their own');
});

test('text is broken so that no line is wider than its room', () => {
  const face = { sizePx: 11, isBold: false };
  const text = `${'m'.repeat(90)} some words that are shorter 漢字漢字漢字`;
  const lines = wrapText(text, 120, face);
  expect(lines.length).toBeGreaterThan(6);
  expect(lines.every((line) => textWidthPx(line, face) <= 120)).toBe(true);
  expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  expect(wrapText('', 120, face)).toEqual(['']);
  expect(textWidthPx('漢', face)).toBeGreaterThan(textWidthPx('a', face));
  expect(textWidthPx('build', { ...face, isBold: true })).toBeGreaterThan(textWidthPx('build', face));
});
