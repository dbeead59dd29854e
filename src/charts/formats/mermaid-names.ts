import { oneLine } from '../transition-words.ts';

/** Text that Mermaid takes in a label, or between quotes: what it would read as its own syntax becomes a character code such as `#59;`. */
export function mermaidText(text: string): string {
  const escaped = oneLine(text).replace(/[^\p{L}\p{N} _.,()[\]/+*=!?'-]|--/gu, (found) =>
    Array.from(found, (character) => `#${String(character.codePointAt(0))};`).join(''),
  );
  // Codes and all, an empty label would be left out.
  return escaped.trim() === '' ? '#32;' : escaped;
}

/** Names that Mermaid takes as ids, one for each path: what is no letter or digit becomes `_`, and a number keeps apart those that are then equal. */
export function mermaidIds(paths: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const path of paths) {
    const plain = path.replace(/[^A-Za-z0-9]+/g, '_');
    const base = /^[A-Za-z]/.test(plain) && !reserved.has(plain.toLowerCase()) ? plain : `s_${plain}`;
    let id = base;
    for (let count = 2; taken.has(id); count += 1) id = `${base}_${String(count)}`;
    taken.add(id);
    ids.set(path, id);
  }
  return ids;
}

/** Words of the two languages, state diagrams and flowcharts, that cannot be ids. */
const reserved = new Set([
  'as',
  'class',
  'classdef',
  'click',
  'default',
  'direction',
  'end',
  'flowchart',
  'graph',
  'hide',
  'href',
  'linkstyle',
  'note',
  'scale',
  'state',
  'style',
  'subgraph',
]);
