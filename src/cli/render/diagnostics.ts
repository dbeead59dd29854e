import type { Diagnostic } from '../../errors.ts';

const shownAtMost = 50;
// Left of the place on a long line, and in all: enough to recognise it, short enough for a terminal.
const leftWidth = 50;
const lineWidth = 110;
const longestLookedAt = 500;
const tab = '    ';

interface Style {
  (kind: 'error' | 'dim' | 'bold' | 'hint', text: string): string;
}

const sequences = { error: '\u001b[1;31m', dim: '\u001b[2m', bold: '\u001b[1m', hint: '\u001b[36m' } as const;

/**
 * Diagnostics for people: for each its code and message, the place, the two lines with carets, the hint; then how many there are.
 * Ends with a line break; the empty text when there is none. Of more than 50 the first 50 are shown.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: { readonly color: boolean }): string {
  if (diagnostics.length === 0) return '';
  const style: Style = (kind, text) => (options.color ? `${sequences[kind]}${text}\u001b[0m` : text);
  const shown = diagnostics.slice(0, shownAtMost).map((diagnostic) => renderOne(diagnostic, style));
  const left = diagnostics.length - shown.length;
  const more = left > 0 ? [style('dim', `… and ${left.toLocaleString('en')} more`), ''] : [];
  return [...shown, ...more, style('bold', total(diagnostics)), ''].join('\n');
}

function total(diagnostics: readonly Diagnostic[]): string {
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length.toLocaleString('en')} errors`;
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  return `${count} in ${files.length === 1 ? visible(files[0] ?? '') : `${files.length} files`}`;
}

function renderOne(diagnostic: Diagnostic, style: Style): string {
  const { code, message, file, line, column, endColumn, context } = diagnostic;
  const gutter = String(line).length;
  const bar = style('dim', '|');
  const number = (text: string) => style('dim', text.padStart(gutter));
  const lines = [
    `${style('error', `error ${code}`)} ${style('bold', visible(message))}`,
    `${' '.repeat(gutter)}${style('dim', '-->')} ${visible(file)}:${line}:${column}`,
  ];
  // Only what is near the place is looked at: a line may be megabytes long.
  const skipped = Math.max(0, column - 1 - longestLookedAt);
  const near = (text: string) => text.slice(skipped, skipped + 2 * longestLookedAt);
  const cut = cutAround(near(context.at), { start: column - 1 - skipped, end: endColumn - 1 - skipped });
  if (column - 1 > context.at.length) return `${[...lines, ...hintLines(diagnostic, gutter, style)].join('\n')}\n`;
  if (context.before !== null)
    lines.push(`${number(String(line - 1))} ${bar} ${cutAt(near(context.before), cut.from)}`.trimEnd());
  lines.push(`${number(String(line))} ${bar} ${cut.text}`.trimEnd());
  lines.push(`${number('')} ${bar} ${' '.repeat(cut.indent)}${style('error', '^'.repeat(cut.carets))}`);
  return `${[...lines, ...hintLines(diagnostic, gutter, style)].join('\n')}\n`;
}

function hintLines({ hint }: Diagnostic, gutter: number, style: Style): string[] {
  return hint === null ? [] : [`${' '.repeat(gutter)} ${style('dim', '=')} ${style('hint', `hint: ${visible(hint)}`)}`];
}

/** One character as shown, how many columns that takes, and where it ends in the line. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly start: number;
}

function cutAround(
  line: string,
  range: { readonly start: number; readonly end: number },
): { text: string; indent: number; carets: number; from: number } {
  const cells = cellsOf(line);
  const place = cells.findIndex(({ start, text }) => start + text.length > range.start && start >= range.start);
  const at = place === -1 ? cells.length : place;
  const from = widthOf(cells) > lineWidth ? firstShown(cells, at) : 0;
  const shown = fitted(cells.slice(from), from > 0);
  const indent = widthOf(cells.slice(from, at)) + (from > 0 ? 1 : 0);
  const marked = widthOf(cells.slice(at).filter(({ start }) => start < range.end));
  return { text: shown, indent, carets: Math.max(1, Math.min(marked, lineWidth - indent)), from };
}

function firstShown(cells: readonly Cell[], at: number): number {
  let from = at;
  for (let width = 0; from > 0 && width < leftWidth; from -= 1) width += cells[from - 1]?.width ?? 0;
  return from;
}

// The line above is cut at the same character, so that the two still stand as they do in the file.
function cutAt(line: string, from: number): string {
  return fitted(cellsOf(line).slice(from), from > 0);
}

function fitted(cells: readonly Cell[], cutLeft: boolean): string {
  let [text, width] = [cutLeft ? '…' : '', cutLeft ? 1 : 0];
  for (const cell of cells) {
    if (width + cell.width > lineWidth) return `${text}…`;
    text += cell.text;
    width += cell.width;
  }
  return text;
}

function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  for (const character of line) {
    const text = character === '\t' ? tab : visible(character);
    cells.push({ text, width: text.length > 1 && text !== character ? text.length : widthOfCharacter(character), start });
    start += character.length;
  }
  return cells;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

function widthOfCharacter(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

// Text of a file must not give commands to the terminal, nor turn its direction around.
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 9 ? tab : `\\u{${code.toString(16)}}`;
  });
}
