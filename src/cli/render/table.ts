import { cutToWidth, displayWidth, padToWidth } from '../../logs/display-width.ts';
import { paint } from './style.ts';
import type { Style } from './style.ts';

/** A cell: its text (clean: see sanitiseLine) and how it looks. A plain string is an unstyled cell. */
export type Cell = string | { readonly text: string; readonly style: Style };

/** A column: its heading, the side its numbers or words lean to, and whether it may be cut when the table is too wide. */
export interface Column {
  readonly heading: string;
  readonly align?: 'left' | 'right';
  readonly mayShrink?: boolean;
}

const gap = '  ';
const narrowest = 8;
const textOf = (cell: Cell | undefined): string => (typeof cell === 'object' ? cell.text : (cell ?? ''));
const styleOf = (cell: Cell | undefined): Style => (typeof cell === 'object' ? cell.style : 'plain');

function naturalWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map((column, index) => {
    let widest = displayWidth(column.heading);
    for (const row of rows) widest = Math.max(widest, displayWidth(textOf(row[index])));
    return widest;
  });
}

/** Takes columns away from the widest shrinkable one, again and again, until the table fits or none can shrink. */
function shrink(widths: number[], columns: readonly Column[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1) - available;
  while (excess > 0) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (column.mayShrink === true && width > narrowest && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
}

function fit(text: string, width: number, isLast: boolean, align: 'left' | 'right'): string {
  const cut = cutToWidth(text, width);
  if (align === 'right') return padToWidth(cut, width, 'start');
  return isLast ? cut : padToWidth(cut, width);
}

/**
 * Rows as aligned columns under their headings, one line each, ending in a line end; the empty string without rows. With `width`
 * (a terminal's) the columns that may shrink are cut first, then every line; without it (a pipe or a file) nothing is cut.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  look: { readonly color: boolean; readonly width: number | null },
): string {
  if (rows.length === 0) return '';
  const widths = naturalWidths(columns, rows);
  if (look.width !== null) shrink(widths, columns, look.width);
  const line = (row: readonly Cell[]): string => {
    let left = look.width ?? Number.POSITIVE_INFINITY;
    let text = '';
    for (const [index, column] of columns.entries()) {
      const isLast = index === columns.length - 1;
      const padded = fit(textOf(row[index]), widths[index] ?? 0, isLast, column.align ?? 'left') + (isLast ? '' : gap);
      text += paint(look.width === null ? padded : cutToWidth(padded, left), styleOf(row[index]), look.color);
      left -= displayWidth(padded);
      if (left <= 0) break;
    }
    return look.color ? text : text.trimEnd();
  };
  const heading = columns.map((column): Cell => ({ text: column.heading, style: 'dim' }));
  return [heading, ...rows].map((row) => `${line(row)}\n`).join('');
}
