import { expect } from 'vitest';

/** An element of XML with its text and what is in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

interface Open extends Element {
  readonly children: Element[];
  text: string;
}

const tag = /<\?[^?]*\?>|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** Reads XML and fails on what is not well formed: text that is no tag, an unknown entity, a tag that is not closed. */
export function readXml(text: string): Element {
  const top: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [top];
  let end = 0;
  for (const match of text.matchAll(tag)) {
    end = match.index + match[0].length;
    const [whole, closing, name, attributes = '', empty, words] = match;
    const current = stack.at(-1) as Open;
    if (words !== undefined) current.text += decode(words);
    else if (closing === '/') expect(stack.pop()?.name).toBe(name);
    else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(
        ([, key = '', value = '']) => [key, decode(value)] as const,
      );
      expect(new Set(pairs.map(([key]) => key)).size, whole).toBe(pairs.length);
      const element: Open = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
      current.children.push(element);
      if (empty !== '/') stack.push(element);
    }
  }
  expect(text.slice(end)).toBe('');
  expect(stack).toHaveLength(1);
  expect(top.children).toHaveLength(1);
  expect(top.text.trim()).toBe('');
  return top.children[0] as Element;
}

/** An element and all that is in it. */
export function within(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(within)];
}

function decode(text: string): string {
  expect(text).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
  return text.replace(/&([^;\s]*;?)/g, (whole, entity: string) => {
    const named = { 'amp;': '&', 'lt;': '<', 'gt;': '>', 'quot;': '"', 'apos;': "'" }[entity];
    const code = /^#(\d+);$/.exec(entity)?.[1];
    if (named === undefined && code === undefined) throw new Error(`${whole} is no entity`);
    return named ?? String.fromCodePoint(Number(code));
  });
}
