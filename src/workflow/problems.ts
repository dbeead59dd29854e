import type { Diagnostic } from '../errors.ts';
import type { WorkflowCode } from './codes.ts';
import type { SourceRange, SourceText } from './source-text.ts';

interface Problem extends SourceRange {
  readonly code: WorkflowCode;
  readonly message: string;
  readonly hint: string | null;
}

/** Thrown when a file has {@link mostProblems} mistakes: whoever wrote it has more to read than they want, and checking on costs time. */
export class TooManyProblems extends Error {}

/** How many mistakes of a file are noted before checking stops. */
const mostProblems = 1_000;

/** The mistakes found in one file, in any order; the same mistake at the same place counts once. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #seen = new Set<string>();

  /** Notes a mistake. `hint` says what to do about it. Throws {@link TooManyProblems} after the last one that is noted. */
  add(code: WorkflowCode, range: SourceRange, message: string, hint: string | null = null): void {
    const identity = `${code} ${range.start} ${message}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.#found.push({ code, start: range.start, end: range.end, message, hint });
    if (this.#found.length >= mostProblems) throw new TooManyProblems();
  }

  /** Whether nothing was found. */
  get none(): boolean {
    return this.#found.length === 0;
  }

  /** All mistakes as diagnostics, by line, column, then code. */
  toDiagnostics(source: SourceText): Diagnostic[] {
    const order = (a: Problem, b: Problem) => a.start - b.start || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
    return [...this.#found]
      .sort(order)
      .map(({ start, end, code, message, hint }) => source.diagnosticAt({ start, end }, { code, message, hint }));
  }
}
