import type { ChartState, ChartTransition } from '../chart.ts';
import { transitionKey } from '../chart.ts';
import { isIgnored, oneLine, transitionLabel, transitionWords } from '../transition-words.ts';
import { textWidthPx, wrapText } from './measure.ts';
import type { Face } from './measure.ts';

/** The faces of a picture's texts. */
export const faces = {
  title: { sizePx: 13, isBold: true },
  line: { sizePx: 11, isBold: false },
  label: { sizePx: 10.5, isBold: false },
} as const satisfies Readonly<Record<string, Face>>;

/** How high a line of each face is, in pixels. */
export const lineHeightPx = { title: 28, line: 15, label: 13 } as const;

/** Lines in a box are wrapped at this width. */
const maxLinePx = { leaf: 230, container: 300 } as const;

/** One line in the box of a state. */
export interface BoxLine {
  readonly text: string;
  readonly style: 'effect' | 'transition' | 'tag';
  /** The transition that it begins, if it does: see {@link transitionKey}. */
  readonly key: string | null;
}

/** What is written in the box of a state, and how much room it takes in pixels, with its margins. */
export interface StateBox {
  readonly title: string;
  readonly lines: readonly BoxLine[];
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The text of a state's box: its name, what runs in it, and the transitions that do not leave it, with how often each was taken. */
export function stateBox(state: ChartState, counts: ReadonlyMap<string, number> | null): StateBox {
  const title = titleOf(state);
  const width = state.states.length > 0 ? maxLinePx.container : maxLinePx.leaf;
  const [shownTitle = title, ...restOfTitle] = wrapText(title, width, faces.title);
  const lines = [
    ...restOfTitle.map((text) => ({ text, style: 'effect' as const, key: null })),
    ...textsOf(state, counts).flatMap((line) =>
      wrapText(line.text, width, faces.line).map((text, index) => ({
        ...line,
        text: index === 0 ? text : `\u00a0\u00a0\u00a0${text}`,
        key: index === 0 ? line.key : null,
      })),
    ),
  ];
  const widest = Math.max(textWidthPx(shownTitle, faces.title), ...lines.map(({ text }) => textWidthPx(text, faces.line)));
  return {
    title: shownTitle,
    lines,
    widthPx: Math.max(84, widest + 24),
    heightPx: lineHeightPx.title + 4 + (lines.length === 0 ? 0 : lines.length * lineHeightPx.line + 7),
  };
}

/** The transitions that are lines in the box of their state, as they lead nowhere. */
export function isInBox({ targets }: ChartTransition): boolean {
  return targets.length === 0;
}

/** How often a transition was taken, as it is written at it: `×12`; empty where nothing is counted. */
export function countText(transition: ChartTransition, counts: ReadonlyMap<string, number> | null): string {
  const count = counts?.get(transitionKey(transition)) ?? 0;
  return count === 0 ? '' : `×${String(count)}`;
}

function titleOf({ kind, key, history }: ChartState): string {
  if (kind === 'history') return `${history === 'deep' ? 'H*' : 'H'} ${oneLine(key)}`;
  return kind === 'parallel' ? `${oneLine(key)} ∥` : oneLine(key);
}

function textsOf(state: ChartState, counts: ReadonlyMap<string, number> | null): readonly BoxLine[] {
  const effect = (text: string): BoxLine => ({ text: oneLine(text), style: 'effect', key: null });
  const inside = state.transitions.filter(isInBox);
  return [
    ...(state.tags.length === 0 ? [] : [{ ...effect(state.tags.map((tag) => `#${tag}`).join(' ')), style: 'tag' as const }]),
    ...state.invokes.map(({ id, src }) => effect(id === src ? `invoke ${src}` : `invoke ${id} (${src})`)),
    ...state.entry.map((name) => effect(`entry / ${name}`)),
    ...state.exit.map((name) => effect(`exit / ${name}`)),
    ...inside.filter((transition) => !isIgnored(transition)).map((transition) => lineOf(transition, counts)),
    ...inside.filter(isIgnored).map((transition) => ignoredLine(transition, counts)),
  ];
}

function lineOf(transition: ChartTransition, counts: ReadonlyMap<string, number> | null): BoxLine {
  const text = [countText(transition, counts), transitionLabel(transition)].filter((part) => part !== '').join(' ');
  return { text, style: 'transition', key: transitionKey(transition) };
}

function ignoredLine(transition: ChartTransition, counts: ReadonlyMap<string, number> | null): BoxLine {
  const { trigger, guard } = transitionWords(transition);
  const parts = [countText(transition, counts), 'ignores', trigger, guard ?? ''].filter((part) => part !== '');
  return { text: parts.join(' '), style: 'tag', key: transitionKey(transition) };
}
