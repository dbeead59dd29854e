import type { Diagnostic } from '../errors.ts';

/** A range of a text in UTF-16 units, end exclusive. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

// A diagnostic carries its line. A line of a megabyte with a thousand mistakes on it would be carried a thousand times, so
// past this sum lines are given only up to `shortContext`.
const contextBudget = 4_000_000;
const shortContext = 2_000;

/** A file's text with its lines, for turning offsets into positions. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];
  #contextLeft = contextBudget;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  /** The 1-based line and column (in UTF-16 units) of an offset. */
  positionAt(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** The text of a 1-based line without its line break; null where there is no such line. */
  lineAt(line: number): string | null {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return null;
    const next = this.#lineStarts[line];
    const end = next === undefined ? this.text.length : next - 1;
    return this.text.slice(start, this.text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end);
  }

  /** The diagnostic of a mistake at `range`, with its lines; of a line longer than 2,000 units only what stands before the place and near it. */
  diagnosticAt(
    range: SourceRange,
    problem: { readonly code: string; readonly message: string; readonly hint: string | null },
  ): Diagnostic {
    const { line, column } = this.positionAt(Math.min(range.start, this.text.length));
    const at = this.lineAt(line) ?? '';
    const before = this.lineAt(line - 1);
    const endColumn = Math.max(column + 1, Math.min(column + (range.end - range.start), at.length + 1));
    const limit = Math.max(shortContext, this.#contextLeft > 0 ? column + 200 : 0);
    const context = { before: before === null ? null : before.slice(0, limit), at: at.slice(0, limit) };
    this.#contextLeft -= context.at.length + (context.before?.length ?? 0);
    return { ...problem, file: this.path, line, column, endColumn, context };
  }
}
