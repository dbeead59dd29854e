import { automatonOf } from './scope-automaton.ts';
import { includes } from './scope-inclusion.ts';
import { parsePattern } from './scope-pattern.ts';
import type { PathPattern } from './scope-pattern.ts';
import { isPlain } from './scope-segment.ts';

/** A list of patterns (those of one kind of access of a document), ready to be asked. */
export interface Scope {
  /** True only when it is certain that every path which `pattern` stands for is one of this scope. What is no pattern lies in no scope. */
  contains(pattern: string): boolean;
}

/**
 * The scope of the patterns, all together: `*.md` lies in `a*.md` and `[!a]*.md`, though in neither of them alone. What is no pattern
 * (see {@link parsePattern}) adds nothing to it.
 */
export function scopeOf(patterns: readonly string[]): Scope {
  return scopeOfPaths(patterns.flatMap(pathsOf));
}

/**
 * The scope of what is forbidden: as {@link scopeOf}, but a pattern whose last name is plain also stands for all that lies below it,
 * because `secrets` is written where a folder is meant, and a slash that was forgotten must not open it.
 */
export function forbiddenScopeOf(patterns: readonly string[]): Scope {
  const paths = patterns.flatMap(pathsOf);
  const below = paths.filter((path) => {
    const last = path.at(-1);
    return last !== undefined && last !== '**' && isPlain(last);
  });
  return scopeOfPaths([...paths, ...below.map((path) => [...path, '**'] as const)]);
}

function scopeOfPaths(paths: readonly PathPattern[]): Scope {
  const automata = paths.map((path) => automatonOf([path]));
  return {
    contains(pattern) {
      const inner = pathsOf(pattern).map((path) => automatonOf([path]));
      if (inner.length === 0 || automata.length === 0) return false;
      // Nearly always one pattern contains it alone, which is told much sooner than whether all of them do together.
      return inner.every(
        (each) => automata.some((outer) => includes(outer, each)) || (automata.length > 1 && includes(automatonOf(paths), each)),
      );
    },
  };
}

function pathsOf(pattern: string): readonly PathPattern[] {
  const parsed = parsePattern(pattern);
  return 'problem' in parsed ? [] : parsed;
}
