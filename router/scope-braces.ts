/**
 * Every text that a pattern with braces stands for, as bash expands them: `a{b,c}` is `ab` and `ac`. Braces without a comma, without
 * a partner or behind a backslash are plain characters. Null when there would be more than `limit` texts.
 */
export function expandBraces(pattern: string, limit: number): readonly string[] | null {
  let from = 0;
  for (;;) {
    const open = indexOfPlain(pattern, '{', from);
    if (open === -1) return [pattern];
    const group = readGroup(pattern, open);
    if (group !== null) return combine(pattern.slice(0, open), group, limit);
    from = open + 1;
  }
}

interface Group {
  readonly parts: readonly string[];
  readonly rest: string;
}

/** The parts of the braces that open at `open`, and what follows them; null when they stand for themselves. */
function readGroup(pattern: string, open: number): Group | null {
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open + 1; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (character === '}') {
      if (parts.length === 0) return null;
      return { parts: [...parts, pattern.slice(start, at)], rest: pattern.slice(at + 1) };
    } else if (character === ',' && depth === 0) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    }
  }
  return null;
}

function combine(prefix: string, group: Group, limit: number): readonly string[] | null {
  const ends = expandBraces(group.rest, limit);
  if (ends === null) return null;
  const texts: string[] = [];
  for (const part of group.parts) {
    const middles = expandBraces(part, limit);
    if (middles === null || texts.length + middles.length * ends.length > limit) return null;
    for (const middle of middles) texts.push(...ends.map((end) => prefix + middle + end));
  }
  return texts;
}

function indexOfPlain(text: string, wanted: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === wanted) return at;
  }
  return -1;
}
