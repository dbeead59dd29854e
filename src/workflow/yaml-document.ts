import type { Problems } from './problems.ts';
import type { EntryNode, MappingNode, SourceNode } from './source-node.ts';
import type { SourceText } from './source-text.ts';
import { parseJsonText } from './json-source.ts';
import { workflowLimits } from './limits.ts';
import { YamlParse } from './yaml-parse.ts';
import { duplicateKeyTexts } from './yaml-walk.ts';
import { cutBetweenSteps } from './yaml-pieces.ts';
import type { Piece, Pieces } from './yaml-pieces.ts';

// What a document is can be told from its nodes alone, and only then is it checked: it is parsed once for both.
const parsed = new WeakMap<SourceText, { readonly problems: Problems; readonly root: SourceNode | null }>();

/**
 * Parses YAML 1.2 (core schema; JSON is YAML) into nodes with places. Null after a mistake that leaves nothing to check,
 * which is then the only one noted. Time and memory are bounded whatever the text, see {@link workflowLimits}. The same source with the same
 * problems is parsed once.
 */
export function parseYaml(source: SourceText, problems: Problems): SourceNode | null {
  const known = parsed.get(source);
  if (known?.problems === problems) return known.root;
  const root = parseText(source, problems);
  parsed.set(source, { problems, root });
  return root;
}

function parseText(source: SourceText, problems: Problems): SourceNode | null {
  const json = parseJsonText(source.text);
  if (json !== null) return json;
  if (!checkText(source.text, problems)) return null;
  const pieces = cutBetweenSteps(source.text);
  if (pieces !== null) {
    const root = parsePieces(source.text, pieces, problems);
    if (root !== 'unusual') return root;
  }
  return new YamlParse(source.text, problems, workflowLimits.tokensInOnePiece).parse({ start: 0, end: source.text.length });
}

/** Thrown and caught in this file: a mistake was noted, or a piece is not what a file cut between its steps consists of. */
class PieceFailed extends Error {
  readonly result: null | 'unusual';
  constructor(result: null | 'unusual') {
    super();
    this.result = result;
  }
}

function parsePieces(text: string, pieces: Pieces, problems: Problems): MappingNode | null | 'unusual' {
  try {
    return joinPieces(new YamlParse(text, problems, workflowLimits.tokens), pieces, problems);
  } catch (error) {
    if (error instanceof PieceFailed) return error.result;
    throw error;
  }
}

function joinPieces(parse: YamlParse, { head, steps, tail }: Pieces, problems: Problems): MappingNode {
  const top = parseMapping(parse, head);
  const place = top.entries.get('steps');
  if (place?.value.kind !== 'scalar' || place.value.value !== null) throw new PieceFailed('unusual');
  const stepEntries = new Map<string, EntryNode>();
  for (const piece of steps) addEntries(stepEntries, parseMapping(parse, piece), problems);
  const end = steps.at(-1)?.end ?? head.end;
  const entries = new Map(top.entries);
  entries.set('steps', { keyRange: place.keyRange, value: { kind: 'mapping', start: head.end, end, entries: stepEntries } });
  if (tail !== null) addEntries(entries, parseMapping(parse, tail), problems);
  return { ...top, end: tail?.end ?? end, entries };
}

function parseMapping(parse: YamlParse, piece: Piece): MappingNode {
  const node = parse.parse(piece);
  if (node?.kind !== 'mapping') throw new PieceFailed(node === null ? null : 'unusual');
  return node;
}

function addEntries(entries: Map<string, EntryNode>, added: MappingNode, problems: Problems): void {
  for (const [key, entry] of added.entries) {
    if (entries.has(key)) problems.add('SY012', entry.keyRange, ...duplicateKeyTexts(key));
    else entries.set(key, entry);
  }
}

// The parser uses some control characters as marks of its own; the rest YAML forbids as well.
// eslint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function checkText(text: string, problems: Problems): boolean {
  if (text.length > workflowLimits.bytes) {
    problems.add(
      'SY001',
      { start: 0, end: 1 },
      `the file is larger than ${workflowLimits.bytes / 1_048_576} MiB`,
      'move long scripts into files of their own',
    );
    return false;
  }
  const control = controlCharacter.exec(text);
  if (control === null) return true;
  const code = control[0].charCodeAt(0);
  const name = code === 0 ? 'a NUL character' : `a control character (U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
  problems.add('SY003', { start: control.index, end: control.index + 1 }, `${name} stands in the file`, 'is it a text file?');
  return false;
}
