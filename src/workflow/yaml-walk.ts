import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { workflowLimits } from './limits.ts';
import type { Problems } from './problems.ts';
import type { EntryNode, ListNode, MappingNode, ScalarNode, ScalarStyle, SourceNode } from './source-node.ts';
import type { SourceRange } from './source-text.ts';

/** Keys that no mapping may have: what reads the values as objects of JavaScript would take them for its own. */
export const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const styles: Record<string, ScalarStyle> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

interface Measured {
  readonly node: SourceNode;
  /** Values in it, itself included, with aliases expanded. */
  readonly size: number;
  readonly depth: number;
}

/** Thrown inside the walk where going on would be pointless; its mistake is noted already. */
class WalkStopped extends Error {}

/** Message and hint for a key that is there twice. */
export function duplicateKeyTexts(key: string): [string, string] {
  return [`the key "${key}" is there twice`, 'the first one stands above; keep one of them'];
}

/** Turns the YAML library's tree into {@link SourceNode}s: aliases shared, keys checked, the number of values bounded. One for a document. */
export class YamlWalk {
  readonly #problems: Problems;
  readonly #anchors = new Map<string, Measured | 'open'>();
  // Where the piece that is walked starts in the file.
  #base = 0;
  #size = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** The node of a piece's root, the piece starting at `base` of the file; null when the walk had to stop. Pieces come in the order of the file. */
  walkRoot(root: Node, base: number): SourceNode | null {
    this.#base = base;
    try {
      const { node, size } = this.#walk(root);
      this.#size += size;
      return node;
    } catch (error) {
      if (error instanceof WalkStopped) return null;
      throw error;
    }
  }

  #walk(node: Node): Measured {
    if (isAlias(node)) return this.#resolve(node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const measured = isMap(node) ? this.#mapping(node) : isSeq(node) ? this.#list(node) : this.#scalar(node);
    if (this.#size + measured.size > workflowLimits.nodes) this.#tooMany(this.#rangeOf(node));
    if (measured.depth > workflowLimits.depth + 1) {
      const message = `values are nested more than ${workflowLimits.depth} levels deep, with aliases expanded`;
      this.#stop('SY006', this.#rangeOf(node), message, null);
    }
    if (anchor !== undefined) this.#anchors.set(anchor, measured);
    return measured;
  }

  #resolve(alias: Alias): Measured {
    const target = this.#anchors.get(alias.source);
    if (typeof target === 'object') return target;
    const message =
      target === 'open'
        ? `the alias *${alias.source} is part of what it stands for`
        : `no anchor &${alias.source} before this alias`;
    return this.#stop('SY011', this.#rangeOf(alias), message, 'a text that begins with `*` needs quotes');
  }

  #list(node: YAMLSeq): Measured {
    const items: SourceNode[] = [];
    let [size, depth] = [1, 0];
    for (const item of node.items) {
      const measured = this.#walk(item as Node);
      items.push(measured.node);
      size += measured.size;
      depth = Math.max(depth, measured.depth);
    }
    const list: ListNode = { kind: 'list', ...this.#rangeOf(node), items };
    return { node: list, size, depth: depth + 1 };
  }

  #mapping(node: YAMLMap): Measured {
    const entries = new Map<string, EntryNode>();
    let [size, depth] = [1, 0];
    for (const pair of node.items) {
      const key = pair.key as Node;
      const name = this.#keyName(key);
      const keyRange = this.#rangeOf(key);
      const measured = pair.value === null ? empty(keyRange.end) : this.#walk(pair.value as Node);
      size += measured.size;
      depth = Math.max(depth, measured.depth);
      if (forbiddenKeys.has(name)) this.#problems.add('SY013', keyRange, `"${name}" is not allowed as a key`);
      else if (entries.has(name)) this.#problems.add('SY012', keyRange, ...duplicateKeyTexts(name));
      else entries.set(name, { keyRange, value: measured.node });
      // A wide mapping of aliases is cut off here, before it has grown.
      if (this.#size + size > workflowLimits.nodes) this.#tooMany(keyRange);
    }
    const mapping: MappingNode = { kind: 'mapping', ...this.#rangeOf(node), entries };
    return { node: mapping, size, depth: depth + 1 };
  }

  #rangeOf(node: Node): SourceRange {
    const [start, end] = node.range ?? [0, 0];
    return { start: start + this.#base, end: end + this.#base };
  }

  #scalar(node: Scalar): Measured {
    const value = node.value as ScalarNode['value'];
    const style = styles[node.type ?? ''] ?? 'plain';
    return { node: { kind: 'scalar', ...this.#rangeOf(node), value, style, written: node.source ?? '' }, size: 1, depth: 0 };
  }

  #keyName(key: Node): string {
    if (isScalar(key)) {
      if (typeof key.value === 'string') return key.value;
      if (key.source !== undefined && key.source !== '') return key.source;
    }
    return this.#stop('SY014', this.#rangeOf(key), 'a key must be a text', null);
  }

  #tooMany(range: SourceRange): never {
    const message = `the file has more than ${workflowLimits.nodes.toLocaleString('en')} values by here, with aliases expanded`;
    return this.#stop('SY007', range, message, null);
  }

  #stop(code: 'SY006' | 'SY007' | 'SY011' | 'SY014', range: SourceRange, message: string, hint: string | null): never {
    this.#problems.add(code, range, message, hint);
    throw new WalkStopped();
  }
}

function empty(at: number): Measured {
  return { node: { kind: 'scalar', start: at, end: at, value: null, style: 'plain', written: '' }, size: 1, depth: 0 };
}
