import type { Chart, ChartTransition, TransitionKind } from '../chart.ts';
import { transitionKey, transitionsOf } from '../chart.ts';
import { transitionWords } from '../transition-words.ts';
import { textWidthPx, wrapText } from './measure.ts';
import { countText, faces, isInBox, lineHeightPx } from './state-box.ts';

/** The labels of arrows are wrapped at this width: they lie beside each other, so that it is what makes a picture wide. */
const maxLabelPx = 150;

/** One line of an arrow's label. */
export interface LabelLine {
  readonly text: string;
  readonly tone: ArrowTone;
  /** `head` begins a transition: its trigger and guard; `actions` go on with it. */
  readonly part: 'head' | 'actions';
  readonly key: string;
}

/** What an arrow is drawn like: XState's own events each in a way of their own. */
export type ArrowTone = 'event' | 'always' | 'after' | 'done' | 'error';

/** All transitions of one state to one other, as one arrow. */
export interface Arrow {
  readonly id: string;
  /** Paths of its states. */
  readonly source: string;
  readonly target: string;
  readonly tone: ArrowTone;
  readonly transitions: readonly ChartTransition[];
  readonly lines: readonly LabelLine[];
  readonly label: { readonly width: number; readonly height: number };
  /** How often its transitions were taken, together; null where nothing is counted. */
  readonly taken: number | null;
}

/** The arrows of a chart, in the order of its transitions: each that leads somewhere is in the one between its states. */
export function arrowsOf(chart: Chart, counts: ReadonlyMap<string, number> | null): readonly Arrow[] {
  const groups = new Map<string, { source: string; target: string; transitions: ChartTransition[] }>();
  for (const transition of transitionsOf(chart)) {
    if (isInBox(transition)) continue;
    for (const target of new Set(transition.targets)) {
      const key = JSON.stringify([transition.source, target]);
      const group = groups.get(key) ?? { source: transition.source, target, transitions: [] };
      group.transitions.push(transition);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map((group, index) => {
    const lines = group.transitions.flatMap((transition) => linesOf(transition, counts));
    const width = Math.max(...lines.map(({ text }) => textWidthPx(text, faces.label)));
    return {
      ...group,
      id: `arrow${String(index)}`,
      tone: toneOf(group.transitions),
      lines,
      label: { width: width + 8, height: lines.length * lineHeightPx.label + 4 },
      taken: counts === null ? null : group.transitions.reduce((sum, one) => sum + (counts.get(transitionKey(one)) ?? 0), 0),
    };
  });
}

const tones: Readonly<Record<TransitionKind, ArrowTone>> = {
  event: 'event',
  wildcard: 'event',
  always: 'always',
  after: 'after',
  done: 'done',
  invokeDone: 'done',
  invokeSnapshot: 'done',
  invokeError: 'error',
};

/** An arrow of several kinds of transitions is drawn like one of events, unless it is all of one tone. */
function toneOf(transitions: readonly ChartTransition[]): ArrowTone {
  const found = new Set(transitions.map(({ kind }) => tones[kind]));
  const [only = 'event'] = found;
  return found.size === 1 ? only : 'event';
}

function linesOf(transition: ChartTransition, counts: ReadonlyMap<string, number> | null): readonly LabelLine[] {
  const { trigger, guard, actions } = transitionWords(transition);
  const tone = tones[transition.kind];
  const key = transitionKey(transition);
  const words = [
    countText(transition, counts),
    tone === 'after' ? '⏱' : '',
    trigger,
    guard ?? '',
    transition.reenter ? '(again)' : '',
  ];
  const head = words.filter((word) => word !== '').join(' ');
  return [
    ...wrapText(head, maxLabelPx, faces.label).map((text) => ({ text, tone, part: 'head' as const, key })),
    ...(actions === null
      ? []
      : wrapText(actions, maxLabelPx, faces.label).map((text) => ({ text, tone, part: 'actions' as const, key }))),
  ];
}
