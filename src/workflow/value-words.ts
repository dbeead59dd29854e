import type { Suggestion } from './suggestion.ts';

/** What a value of a file is, in words for a message: `a list`, `the text "x"`, `nothing`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text ${JSON.stringify(shorten(value))}`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** The value at a path of a plain value; undefined where there is none. */
export function valueAt(plain: unknown, path: readonly PropertyKey[]): unknown {
  let value = plain;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** `did you mean "NAME"?` for a misspelled one of the words that a message such as `expected one of a, b or c` names; else null. */
export function hintForWord(suggestion: Suggestion, message: string, value: unknown): string | null {
  const words = /^expected (?:one of )?([a-z_]+(?:(?:, | or )[a-z_]+)+)$/.exec(message)?.[1];
  if (words === undefined || typeof value !== 'string') return null;
  return suggestion.hint(value, words.split(/, | or /));
}

function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value;
}
