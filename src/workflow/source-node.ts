import type { SourceRange } from './source-text.ts';

/** How a text is written in the file: what maps a place in its value back to a place in the file. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

/** A text, number, boolean or nothing. */
export interface ScalarNode extends SourceRange {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: ScalarStyle;
  /** As written, for plain ones: `1.10` stays `1.10` where a text is wanted. */
  readonly written: string;
}

/** A list. */
export interface ListNode extends SourceRange {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
}

/** One key with its value; `keyRange` is where the key stands. */
export interface EntryNode {
  readonly keyRange: SourceRange;
  readonly value: SourceNode;
}

/** A mapping; its keys are texts, each there once. */
export interface MappingNode extends SourceRange {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, EntryNode>;
}

/** A parsed YAML value with its place. An alias is the very node that its anchor stands for. */
export type SourceNode = ScalarNode | ListNode | MappingNode;

/** The plain value of a node. Nodes that are shared by aliases share their values. */
export function toPlainValue(node: SourceNode, known = new Map<SourceNode, unknown>()): unknown {
  if (node.kind === 'scalar') return node.value;
  const shared = known.get(node);
  if (shared !== undefined) return shared;
  if (node.kind === 'list') {
    const list = node.items.map((item) => toPlainValue(item, known));
    known.set(node, list);
    return list;
  }
  const mapping: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) mapping[key] = toPlainValue(entry.value, known);
  known.set(node, mapping);
  return mapping;
}

/** The entry that the last part of `path` names, or the nearest enclosing node that exists, with the range to point at. */
export function findNode(
  root: SourceNode,
  path: readonly PropertyKey[],
): { readonly node: SourceNode; readonly keyRange: SourceRange } {
  let node = root;
  let keyRange: SourceRange = { start: root.start, end: root.start + 1 };
  for (const part of path) {
    if (node.kind === 'mapping') {
      const entry = node.entries.get(String(part));
      if (entry === undefined) break;
      ({ value: node, keyRange } = entry);
    } else if (node.kind === 'list') {
      const item = node.items[Number(part)];
      if (item === undefined) break;
      node = item;
      keyRange = item;
    } else break;
  }
  return { node, keyRange };
}
