import { displayWidth } from '../../logs/display-width.ts';
import { renderSpans } from './style.ts';
import type { Span } from './style.ts';

interface DrawnLine {
  readonly text: string;
  readonly width: number;
}

/** Escape codes for the cursor, which the display hides while it draws. */
export const cursor = { hide: '\x1b[?25l', show: '\x1b[?25h' } as const;

const clearLineEnd = '\x1b[K';
const clearBelow = '\x1b[J';
const lineEnd = '\r\n';
// Terminals that know this mode show everything between the two codes at once; the others ignore it.
const inOneStep = (text: string): string => `\x1b[?2026h${text}\x1b[?2026l`;
const up = (rows: number): string => (rows > 0 ? `\x1b[${rows}A\r` : '\r');

/**
 * The lines at the bottom of a terminal that are drawn again and again, under lines that scroll away. Writes nothing itself: each
 * call gives the text to write. Nothing is erased before its replacement is written, so it does not flicker on terminals that cannot
 * draw in one step either. Lines are cut to one column less than the terminal has: a full line would leave the cursor where
 * terminals disagree.
 */
export class LiveRegion {
  readonly #color: boolean;
  #drawn: readonly DrawnLine[] = [];
  #columns = 0;

  constructor(color: boolean) {
    this.#color = color;
  }

  /** The text that puts `above` over the region for good and `lines` in place of its old lines; empty when nothing would change. */
  draw(above: readonly (readonly Span[])[], lines: readonly (readonly Span[])[], columns: number): string {
    const drawn = lines.map((line) => this.#line(line, columns));
    const sameShape = columns === this.#columns && above.length === 0 && drawn.length === this.#drawn.length;
    const text = sameShape ? this.#update(drawn) : this.#replace(above, drawn, columns);
    this.#drawn = drawn;
    this.#columns = columns;
    return text;
  }

  /** The text that takes the region away; the next one is drawn where the cursor then is. */
  erase(columns: number): string {
    const text = this.#drawn.length === 0 ? '' : up(this.#rowsAboveCursor(columns)) + clearBelow;
    this.#drawn = [];
    return text;
  }

  #line(spans: readonly Span[], columns: number): DrawnLine {
    const room = Math.max(1, columns - 1);
    const width = spans.reduce((sum, { text }) => sum + displayWidth(text), 0);
    return { text: renderSpans(spans, { color: this.#color, columns: room }), width: Math.min(room, width) };
  }

  /** When the terminal has become narrower, it has broken the old lines into more rows. */
  #rowsAboveCursor(columns: number): number {
    let rows = -1;
    for (const { width } of this.#drawn) rows += Math.max(1, Math.ceil(width / Math.max(1, columns)));
    return Math.max(0, rows);
  }

  #update(drawn: readonly DrawnLine[]): string {
    if (drawn.every(({ text }, index) => text === this.#drawn[index]?.text)) return '';
    const rows = drawn.map(({ text }, index) => (text === this.#drawn[index]?.text ? '' : text + clearLineEnd));
    return inOneStep(up(drawn.length - 1) + rows.join(lineEnd));
  }

  #replace(above: readonly (readonly Span[])[], drawn: readonly DrawnLine[], columns: number): string {
    const broken = columns !== this.#columns && this.#drawn.length > 0 ? clearBelow : '';
    const settled = above.map((line) => this.#line(line, columns).text + clearLineEnd + lineEnd);
    const rows = drawn.map(({ text }) => text + clearLineEnd);
    return inOneStep(up(this.#rowsAboveCursor(columns)) + broken + settled.join('') + rows.join(lineEnd) + clearBelow);
  }
}
