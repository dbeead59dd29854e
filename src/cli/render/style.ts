import { cutToWidth, displayWidth } from '../../logs/display-width.ts';

/** How a piece of text looks; `plain` is without colour. */
export type Style = 'plain' | 'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'cyan';

/** A piece of text in one style. The text must be clean already (no escape codes, no control characters). */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

const codes: Readonly<Record<Exclude<Style, 'plain'>, readonly [number, number]>> = {
  dim: [2, 22],
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** A span. */
export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}

/** `text` in `style` when `color` is set, else as it is. */
export function paint(text: string, style: Style, color: boolean): string {
  if (!color || style === 'plain' || text === '') return text;
  const [on, off] = codes[style];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}

/** The spans as one line, cut to `columns` (uncut when null) before it is coloured, so that no escape code is ever cut. */
export function renderSpans(spans: readonly Span[], look: { readonly color: boolean; readonly columns: number | null }): string {
  let line = '';
  let left = look.columns ?? Number.POSITIVE_INFINITY;
  for (const [index, { text, style }] of spans.entries()) {
    const width = look.columns === null ? 0 : displayWidth(text);
    if (width <= left) {
      // A piece that just fills the line hides that more follows: the cut must show.
      const more = width === left && width > 0 && spans.slice(index + 1).some((next) => next.text !== '');
      line += paint(more ? cutToWidth(`${text}…`, left) : text, style, look.color);
      if (more) break;
      left -= width;
    } else {
      line += paint(cutToWidth(text, left), style, look.color);
      break;
    }
  }
  return line;
}
