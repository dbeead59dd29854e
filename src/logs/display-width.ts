import { eastAsianWidth } from 'get-east-asian-width';

const printableAscii = /^[\x20-\x7e]*$/;
const zeroWidth = /^[\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Format}\p{Control}\p{Default_Ignorable_Code_Point}]$/u;

const codePointWidth = (character: string): number =>
  zeroWidth.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);

/**
 * The columns that `text` takes on a terminal, counted code point by code point. That is the most that any terminal in use draws:
 * one that joins emoji sequences draws fewer. So a line that fits by this measure never wraps. Escape codes are not understood here.
 */
export function displayWidth(text: string): number {
  if (printableAscii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += codePointWidth(character);
  return width;
}

/** `text` cut to at most `columns` columns, ending in `…` where something was left out; never between a character and its marks. */
export function cutToWidth(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (printableAscii.test(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  let width = 0;
  let end = 0;
  let endBeforeEllipsis = 0;
  // Stops at the first character that does not fit, so that a line of many megabytes is cheap. Intl.Segmenter would cost 18 ms to load.
  for (const character of text) {
    width += codePointWidth(character);
    if (width > columns) return `${text.slice(0, endBeforeEllipsis)}…`;
    end += character.length;
    if (width <= columns - 1) endBeforeEllipsis = end;
  }
  return text;
}

/** `text` with spaces added up to `columns` columns, at its end or (`start`) before it; a longer text stays as it is. */
export function padToWidth(text: string, columns: number, side: 'start' | 'end' = 'end'): string {
  const padding = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return side === 'end' ? text + padding : padding + text;
}
