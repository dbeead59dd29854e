import { workflowLimits } from './limits.ts';
import { forbiddenKeys } from './yaml-walk.ts';
import type { EntryNode, ScalarNode, SourceNode } from './source-node.ts';

/** Thrown and caught in this file: the text is not JSON, or goes beyond a limit; the reader of YAML says what is wrong with it. */
class NotPlainJson extends Error {}

// Between two values; JSON knows no other white space.
const space = /[ \t\n\r]*/y;
const scalar =
  // eslint-disable-next-line no-control-regex
  /"[^"\\\u0000-\u001f\u007f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f\u007f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * The nodes of a JSON text with their places, or null where it is none that can be taken as it stands: then it is read as YAML, which says what is wrong. In
 * time proportional to the text, an order of magnitude faster than YAML. A text as large as a file may be has the bounds of a file; a larger one, which
 * only a program can give, is bounded by its depth, and its steps by {@link workflowLimits.steps}.
 */
export function parseJsonText(text: string): SourceNode | null {
  if (!text.startsWith('{')) return null;
  try {
    const reader = new JsonReader(text);
    const root = reader.value(0);
    return reader.isAtEnd() ? root : null;
  } catch (error) {
    if (error instanceof NotPlainJson) return null;
    throw error;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #nodesLeft: number;

  constructor(text: string) {
    this.#text = text;
    this.#nodesLeft = text.length <= workflowLimits.bytes ? workflowLimits.nodes : Number.POSITIVE_INFINITY;
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  value(depth: number): SourceNode {
    this.#nodesLeft -= 1;
    if (depth > workflowLimits.depth || this.#nodesLeft < 0) throw new NotPlainJson();
    this.#skipSpace();
    const opening = this.#text[this.#at];
    if (opening === '{') return this.#mapping(depth);
    return opening === '[' ? this.#list(depth) : this.#scalar();
  }

  #mapping(depth: number): SourceNode {
    const start = this.#at;
    const entries = new Map<string, EntryNode>();
    this.#at += 1;
    if (!this.#closes('}')) {
      do {
        this.#skipSpace();
        if (this.#text[this.#at] !== '"') throw new NotPlainJson();
        const { value: key, start: from, end } = this.#scalar();
        this.#skipSpace();
        if (typeof key !== 'string' || forbiddenKeys.has(key) || entries.has(key) || this.#text[this.#at] !== ':')
          throw new NotPlainJson();
        this.#at += 1;
        entries.set(key, { keyRange: { start: from, end }, value: this.value(depth + 1) });
      } while (this.#goesOn('}'));
    }
    return { kind: 'mapping', start, end: this.#at, entries };
  }

  #list(depth: number): SourceNode {
    const start = this.#at;
    const items: SourceNode[] = [];
    this.#at += 1;
    if (!this.#closes(']')) {
      do items.push(this.value(depth + 1));
      while (this.#goesOn(']'));
    }
    return { kind: 'list', start, end: this.#at, items };
  }

  #scalar(): ScalarNode {
    scalar.lastIndex = this.#at;
    const written = scalar.exec(this.#text)?.[0];
    if (written === undefined || written.length > workflowLimits.scalarLength) throw new NotPlainJson();
    const start = this.#at;
    this.#at += written.length;
    const value = JSON.parse(written) as ScalarNode['value'];
    return { kind: 'scalar', start, end: this.#at, value, style: typeof value === 'string' ? 'double' : 'plain', written };
  }

  /** Whether the closing bracket stands here: a mapping or list without anything in it. */
  #closes(bracket: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #goesOn(bracket: string): boolean {
    if (this.#closes(bracket)) return false;
    if (this.#text[this.#at] !== ',') throw new NotPlainJson();
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)?.[0].length ?? 0;
  }
}
