import { expandBraces } from './scope-braces.ts';
import { isPlain, parseSegment } from './scope-segment.ts';
import type { PatternProblem, Piece } from './scope-segment.ts';

/** The parts of a path between its slashes; `**` is any number of segments, also none. */
export type PathPattern = readonly ('**' | readonly Piece[])[];

const maxAlternatives = 256;
const dotCode = 0x2e;

/**
 * The paths that a pattern stands for: one {@link PathPattern} for each way to read its braces. As in bash with globstar and dotglob:
 * case counts, a wildcard takes dots too, a pattern is anchored at the root of the project. As in .gitignore `src/**` is what lies below
 * `src`, not `src` itself; `src/` means the same. What would leave the project is refused, and so is a pattern that tools would read as
 * an option (`-`) or as an exclusion (`!`).
 */
export function parsePattern(pattern: string): readonly PathPattern[] | PatternProblem {
  if (pattern === '') return { problem: 'is empty' };
  if (/\p{Control}/u.test(pattern)) return { problem: 'holds a control character' };
  const texts = expandBraces(pattern, maxAlternatives);
  if (texts === null) return { problem: `has braces that stand for more than ${maxAlternatives} patterns` };
  const paths: PathPattern[] = [];
  for (const text of texts) {
    const path = parsePath(text);
    if ('problem' in path) return path;
    paths.push(path);
  }
  return paths;
}

const startProblems: Readonly<Record<string, string>> = {
  '/': 'is absolute; a pattern is relative to the root of the project',
  '~': 'starts with "~"; a pattern is relative to the root of the project',
  '-': 'starts with "-", which tools read as an option; write "./" before it',
  '!': 'starts with "!", which excludes nothing here; use "forbidden"',
};

function parsePath(text: string): PathPattern | PatternProblem {
  const problem = startProblems[text[0] ?? ''];
  if (problem !== undefined) return { problem };
  const path: ('**' | readonly Piece[])[] = [];
  for (const name of text.split('/').filter((part) => part !== '' && part !== '.')) {
    if (name === '**') {
      if (path.at(-1) !== '**') path.push(name);
      continue;
    }
    const pieces = parseSegment(name);
    if ('problem' in pieces) return pieces;
    if (isParent(pieces)) return { problem: 'has a ".." segment; a pattern stays inside the project' };
    path.push(pieces);
  }
  const isFolder = path.length === 0 || text.endsWith('/');
  return isFolder && path.at(-1) !== '**' ? [...path, '**'] : path;
}

function isParent(pieces: readonly Piece[]): boolean {
  return pieces.length === 2 && isPlain(pieces) && pieces.every(({ set }) => set[0]?.[0] === dotCode);
}
