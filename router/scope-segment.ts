import { anyCharacter, complementOf, unionOf } from './scope-characters.ts';
import type { CharSet } from './scope-characters.ts';

/** One character of a segment, or (`repeated`) any number of them, also none. */
export interface Piece {
  readonly set: CharSet;
  readonly repeated: boolean;
}

/** What is wrong with a pattern, in words that follow it. */
export interface PatternProblem {
  readonly problem: string;
}

/** The pieces of one segment of a pattern: the part between two slashes. Its wildcards are `*`, `?` and `[…]`; a backslash takes their meaning. */
export function parseSegment(name: string): readonly Piece[] | PatternProblem {
  const characters = Array.from(name);
  const pieces: Piece[] = [];
  for (let at = 0; at < characters.length;) {
    const part = readPart(characters, at);
    if ('problem' in part) return part;
    // Two stars side by side are one.
    if (!part.repeated || pieces.at(-1)?.repeated !== true) pieces.push({ set: part.set, repeated: part.repeated });
    at = part.next;
  }
  return pieces;
}

/** Whether a segment can be one name only. */
export function isPlain(pieces: readonly Piece[]): boolean {
  return pieces.every(({ set, repeated }) => !repeated && set.length === 1 && set[0]?.[0] === set[0]?.[1]);
}

interface Part extends Piece {
  /** Where the next part begins. */
  readonly next: number;
}

function readPart(characters: readonly string[], at: number): Part | PatternProblem {
  const character = characters[at] ?? '';
  if (character === '*') return { set: anyCharacter, repeated: true, next: at + 1 };
  if (character === '?') return { set: anyCharacter, repeated: false, next: at + 1 };
  if (character === '[') return readBracket(characters, at) ?? { set: only(character), repeated: false, next: at + 1 };
  if (character !== '\\') return { set: only(character), repeated: false, next: at + 1 };
  const escaped = characters[at + 1];
  if (escaped === undefined) return { problem: 'has a backslash with nothing to escape' };
  return { set: only(escaped), repeated: false, next: at + 2 };
}

/** A choice of characters; null where nothing closes it, so that its `[` is a plain character. */
function readBracket(characters: readonly string[], open: number): Part | PatternProblem | null {
  const negated = characters[open + 1] === '!' || characters[open + 1] === '^';
  const first = open + (negated ? 2 : 1);
  const ranges: (readonly [number, number])[] = [];
  for (let at = first; at < characters.length;) {
    if (characters[at] === ']' && at > first)
      return { set: negated ? complementOf(ranges) : unionOf(ranges), repeated: false, next: at + 1 };
    const range = readRange(characters, at);
    if ('problem' in range) return range;
    ranges.push([range.low, range.high]);
    at = range.next;
  }
  return null;
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly next: number;
}

function readRange(characters: readonly string[], at: number): Range | PatternProblem {
  if (characters[at] === '[' && /^[:.=]$/.test(characters[at + 1] ?? ''))
    return { problem: 'has a class such as [:alpha:]; write its characters out, such as [A-Za-z]' };
  const first = readCharacter(characters, at);
  const isSingle = characters[first.next] !== '-' || (characters[first.next + 1] ?? ']') === ']';
  if (isSingle) return { low: first.code, high: first.code, next: first.next };
  const last = readCharacter(characters, first.next + 1);
  if (last.code < first.code)
    return { problem: `has the range "${characters.slice(at, last.next).join('')}", which is upside down` };
  return { low: first.code, high: last.code, next: last.next };
}

function readCharacter(characters: readonly string[], at: number): { readonly code: number; readonly next: number } {
  const place = characters[at] === '\\' && at + 1 < characters.length ? at + 1 : at;
  return { code: codeOf(characters[place] ?? ''), next: place + 1 };
}

function only(character: string): CharSet {
  return [[codeOf(character), codeOf(character)]];
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
