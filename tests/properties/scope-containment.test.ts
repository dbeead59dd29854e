import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scopeOf } from '../../router/scope.ts';

/* The oracle is written another way than what it judges: braces by substitution, segments as regular expressions, paths one by one. */

function expand(pattern: string): string[] {
  const braces = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (braces === null) return [pattern];
  const [whole, inner = ''] = braces;
  return inner.split(',').flatMap((part) => expand(pattern.replace(whole, () => part)));
}

function segmentsOf(pattern: string): (RegExp | null)[] {
  // What lies below is at least one name.
  const written = pattern.replace(/(^|\/)\*\*$/, '$1**/*').split('/');
  return written.map((name) => {
    if (name === '**') return null;
    const source = name.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('[!', '[^').replaceAll('*', '.*');
    return new RegExp(`^${source}$`);
  });
}

function follows(segments: readonly (RegExp | null)[], names: readonly string[]): boolean {
  const [segment, ...rest] = segments;
  if (segment === undefined) return names.length === 0;
  const [name, ...others] = names;
  if (segment === null) return follows(rest, names) || (name !== undefined && follows(segments, others));
  return name !== undefined && segment.test(name) && follows(rest, others);
}

function matcher(patterns: readonly string[]): (path: readonly string[]) => boolean {
  const all = patterns.flatMap(expand).map(segmentsOf);
  return (path) => all.some((segments) => follows(segments, path));
}

function pathsOf(names: readonly string[], depth: number): string[][] {
  if (depth === 0) return [];
  const shorter = pathsOf(names, depth - 1);
  return [...names.map((name) => [name]), ...shorter.flatMap((path) => names.map((name) => [name, ...path]))];
}

const words = (letters: readonly string[], longest: number): string[] =>
  longest === 0 ? [] : [...letters, ...words(letters, longest - 1).flatMap((word) => letters.map((letter) => letter + word))];

const namesOf = (letters: readonly string[], longest: number): string[] =>
  [...new Set(words(letters, longest))].filter((name) => name !== '.' && name !== '..');

const piece = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '{a,b}', '{a,b*}', '.');
const name = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .map((pieces) => pieces.join(''))
  .filter((text) => expand(text).every((each) => each !== '**' && !/^\.+$/.test(each)));
const pattern = fc
  .array(fc.oneof({ weight: 3, arbitrary: name }, fc.constantFrom('**', '{a,b/a}')), { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('/'));

describe('a scope', () => {
  test('contains a pattern only when every path of the pattern is a path of the scope', () => {
    const paths = pathsOf(['a', 'b', 'cb', '.a'], 4);
    let contained = 0;
    fc.assert(
      fc.property(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 }), (inner, outers) => {
        if (!scopeOf(outers).contains(inner)) return;
        contained += 1;
        const [isInner, isOuter] = [matcher([inner]), matcher(outers)];
        expect(paths.filter((path) => isInner(path) && !isOuter(path))).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(contained).toBeGreaterThan(5);
  });

  test('contains every path that one of its patterns stands for, and no other', () => {
    const paths = pathsOf(['a', 'b', 'ab', '.b', 'cab'], 3);
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 2 }), fc.constantFrom(...paths), (outers, path) => {
        expect(scopeOf(outers).contains(path.join('/'))).toBe(matcher(outers)(path));
      }),
      { numRuns: 300 },
    );
  });

  test('contains a name of wildcards exactly when all names that it stands for are in it', () => {
    const paths = pathsOf(namesOf(['a', 'b', 'c', '.'], 4), 1);
    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 3 }), (inner, outers) => {
        const [isInner, isOuter] = [matcher([inner]), matcher(outers)];
        expect(scopeOf(outers).contains(inner)).toBe(!paths.some((path) => isInner(path) && !isOuter(path)));
      }),
      { numRuns: 300 },
    );
  });

  test('is never smaller with one pattern more', () => {
    fc.assert(
      fc.property(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 }), pattern, (inner, outers, more) => {
        if (scopeOf(outers).contains(inner)) expect(scopeOf([...outers, more]).contains(inner)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
