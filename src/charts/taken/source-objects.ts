import { sourceTokens } from './source-tokens.ts';
import type { SourceToken } from './source-tokens.ts';

/** An object, a list or another value as it is written in a source file. */
export interface SourceValue {
  /** Where it begins: for a property the line of its key. 1-based. */
  readonly line: number;
  /** The first token of a value; empty before it has been met. */
  readonly text: string;
  /** Properties by name, elements by place ('0' is the first). */
  readonly parts: ReadonlyMap<string, SourceValue>;
}

interface Draft extends SourceValue {
  text: string;
  readonly parts: Map<string, Draft>;
}

interface Open {
  readonly bracket: string;
  readonly value: Draft;
  /** The property or element that is being read; null: none, as after a spread. */
  current: Draft | null;
  elements: number;
  afterComma: boolean;
}

/**
 * All objects and lists that are written in a module, or in a JSON file, each with what is written in it. What is put together by code (spreads, names of
 * constants, calls) is not followed; what stands inside of a call is an object of its own.
 *
 * @throws what the parser throws where the text cannot be parsed.
 */
export async function sourceObjects(source: string, isJson: boolean): Promise<readonly SourceValue[]> {
  // Alone, an object of JSON would be a block.
  const tokens = await sourceTokens(isJson ? `(${source})` : source);
  const reader = new ObjectReader();
  for (const token of tokens) reader.read(token);
  return reader.found;
}

const closing = new Set([')', ']', '}']);
const opening = new Set(['(', '[', '{', '${']);

class ObjectReader {
  readonly found: SourceValue[] = [];
  private readonly stack: Open[] = [];

  read(token: SourceToken): void {
    if (closing.has(token.text)) {
      this.stack.pop();
      return;
    }
    const around = this.stack.at(-1);
    if (around !== undefined) this.note(around, token);
    if (opening.has(token.text)) this.open(token, around);
  }

  private note(around: Open, token: SourceToken): void {
    if (token.text === ',') {
      around.current = null;
      around.afterComma = true;
      if (around.bracket === '[') around.elements += 1;
      return;
    }
    if (around.bracket === '[' && around.afterComma) {
      around.current = draft(token.line);
      around.value.parts.set(String(around.elements), around.current);
    } else if (around.bracket === '{' && token.isKey && around.afterComma) {
      around.current = draft(token.line);
      around.value.parts.set(nameOf(token.text), around.current);
      around.afterComma = false;
      return;
    }
    around.afterComma = false;
    if (around.current !== null && around.current.text === '' && token.text !== ':') around.current.text = token.text;
  }

  private open({ text, line }: SourceToken, around: Open | undefined): void {
    const belongs = text === '{' || text === '[' ? (around?.current ?? null) : null;
    const value = belongs ?? draft(line);
    this.stack.push({ bracket: text, value, current: null, elements: 0, afterComma: true });
    if (text === '{' || text === '[') this.found.push(value);
  }
}

function draft(line: number): Draft {
  return { line, text: '', parts: new Map() };
}

function nameOf(text: string): string {
  if (/^['"]/.test(text)) return text.slice(1, -1);
  return /^\d/.test(text) ? String(Number(text.replaceAll('_', ''))) : text;
}
