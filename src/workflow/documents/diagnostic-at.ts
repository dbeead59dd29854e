import type { Diagnostic } from '../../errors.ts';
import { Problems, TooManyProblems } from '../problems.ts';
import { SourceText } from '../source-text.ts';
import type { SourceNode } from '../source-node.ts';
import { parseYaml } from '../yaml-document.ts';
import { rangeAt } from './document-file.ts';
import type { DocumentPath } from './document-file.ts';

interface Parsed {
  readonly source: SourceText;
  readonly root: SourceNode | null;
}

// A file with a thousand mistakes is parsed once, as long as someone holds on to it.
const parsed = new WeakMap<object, Parsed>();

/**
 * A mistake that was found later, at a path of a file (`['steps', 'x', 'allowed_tools', 1]`), with its line, column and context. Where the
 * path does not exist its nearest ancestor is shown; where the file cannot be read, its start.
 */
export function diagnosticAt(
  file: { readonly path: string; readonly text: string },
  path: DocumentPath,
  problem: { readonly code: string; readonly message: string; readonly hint: string | null },
): Diagnostic {
  const { source, root } = parse(file);
  const { code, message, hint } = problem;
  return source.diagnosticAt(root === null ? { start: 0, end: 1 } : rangeAt(root, path), { code, message, hint });
}

function parse(file: { readonly path: string; readonly text: string }): Parsed {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const source = new SourceText(file.path, file.text);
  const fresh = { source, root: rootOf(source) };
  parsed.set(file, fresh);
  return fresh;
}

// What cannot be read was reported when the file was loaded.
function rootOf(source: SourceText): SourceNode | null {
  try {
    return parseYaml(source, new Problems());
  } catch (error) {
    if (error instanceof TooManyProblems) return null;
    throw error;
  }
}
