import type { ScalarNode } from './source-node.ts';
import type { SourceRange } from './source-text.ts';

/**
 * Where in the file a part of a text's value stands, `from` and `to` being offsets into the value. Exact for texts on one line
 * and wherever the part is written as it reads; otherwise the `${{` that the part belongs to, or the start of the text.
 */
export function placeInScalar(fileText: string, node: ScalarNode, from: number, to: number): SourceRange {
  const value = String(node.value);
  const raw = fileText.slice(node.start, node.end);
  const length = Math.max(1, to - from);
  if (raw === value) return { start: node.start + from, end: node.start + from + length };
  if (node.style === 'single' || node.style === 'double') {
    if (!raw.includes('\n'))
      return { start: node.start + rawOffset(raw, node.style, from), end: node.start + rawOffset(raw, node.style, to) };
  }
  return placeByOpening(raw, value, node, { from, length });
}

// Walks the written text and the value side by side: one unit of the value may be written with several.
function rawOffset(raw: string, style: 'single' | 'double', target: number): number {
  let at = 1;
  for (let units = 0; units < target && at < raw.length; units += 1) {
    if (style === 'single') at += raw[at] === "'" ? 2 : 1;
    else if (raw[at] !== '\\') at += 1;
    else {
      const width = { x: 4, u: 6, U: 10 }[raw[at + 1] ?? ''] ?? 2;
      if (width === 10 && Number.parseInt(raw.slice(at + 2, at + 10), 16) > 0xffff) units += 1;
      at += width;
    }
  }
  return at;
}

// Over several lines indentation and folding come in between, but the expressions of a text keep their order.
function placeByOpening(
  raw: string,
  value: string,
  node: ScalarNode,
  part: { readonly from: number; readonly length: number },
): SourceRange {
  const header = node.style === 'block' ? raw.indexOf('\n') + 1 : 0;
  const opening = value.lastIndexOf('${{', part.from);
  if (opening === -1) {
    const found = raw.indexOf(value.slice(part.from, part.from + part.length), header);
    const start = node.start + (found === -1 ? 0 : found);
    return { start, end: start + (found === -1 ? 1 : part.length) };
  }
  let at = header - 1;
  for (let seen = value.indexOf('${{'); seen !== -1 && seen <= opening; seen = value.indexOf('${{', seen + 1)) {
    at = raw.indexOf('${{', at + 1);
    if (at === -1) return { start: node.start, end: node.start + 1 };
  }
  const within = part.from - opening;
  const verbatim = raw.startsWith(value.slice(opening, part.from), at);
  const start = node.start + at + (verbatim ? within : 0);
  return { start, end: start + (verbatim ? part.length : 3) };
}
