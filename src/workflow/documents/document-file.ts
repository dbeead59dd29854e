import type { WorkflowCode } from '../codes.ts';
import type { Problems } from '../problems.ts';
import { placeInScalar } from '../scalar-place.ts';
import { findNode } from '../source-node.ts';
import type { SourceNode } from '../source-node.ts';
import type { SourceRange, SourceText } from '../source-text.ts';
import type { Suggestion } from '../suggestion.ts';

/** Where something stands in a document: keys, and positions in lists from 0. */
export type DocumentPath = readonly (string | number)[];

/** A mistake without its place. */
export interface Mistake {
  readonly code: WorkflowCode;
  readonly message: string;
  readonly hint?: string | null;
}

/** The range to point at for the value at `path`, or for its nearest ancestor that exists: a text or short list itself, else its key. */
export function rangeAt(root: SourceNode, path: DocumentPath): SourceRange {
  const { node, keyRange } = findNode(root, path);
  const short = node.kind === 'scalar' || (node.kind === 'list' && node.end - node.start < 200);
  return short && node.end > node.start ? { start: node.start, end: node.end } : keyRange;
}

/** A document that fits its schema, and where its mistakes of meaning are noted. */
export class DocumentFile {
  readonly source: SourceText;
  readonly root: SourceNode;
  readonly suggestion: Suggestion;
  /** Where its mistakes are noted. */
  readonly problems: Problems;

  constructor(source: SourceText, root: SourceNode, problems: Problems, suggestion: Suggestion) {
    this.source = source;
    this.root = root;
    this.suggestion = suggestion;
    this.problems = problems;
  }

  /** Notes a mistake of the value at `path`. */
  report(path: DocumentPath, { code, message, hint = null }: Mistake): void {
    this.problems.add(code, rangeAt(this.root, path), message, hint);
  }

  /** The 1-based line and column of the value at `path`. */
  positionOf(path: DocumentPath): { readonly line: number; readonly column: number } {
    return Object.freeze(this.source.positionAt(rangeAt(this.root, path).start));
  }

  /** Notes it when a command of the document, at `path`, has an expression in it: nothing would replace that before the shell reads it. */
  refuseExpression(path: DocumentPath, command: string): void {
    const at = command.indexOf('${{');
    const { node } = findNode(this.root, path);
    if (at === -1 || node.kind !== 'scalar') return;
    const place = placeInScalar(this.source.text, node, at, at + 3);
    this.problems.add(
      'SY304',
      place,
      'a command of this document cannot hold an expression',
      'expressions are for workflow files',
    );
  }
}
