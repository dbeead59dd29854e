import { stripVTControlCharacters } from 'node:util';

/** Numbers with points between them, and what pre-releases and builds add: `3.13.0rc1`, `1.9.0-stable`, `0.123.4-abc+extended`. */
const versionNumber = /(?<![\w.])v?(\d+(?:\.\d+)+(?:(?:a|b|rc|\.?dev|\.?post)\d+)*(?:[-+][\w.+-]*\w)?)/;

/** More than this is no version. */
const longestVersion = 64;

/** The version in what a program said of itself: the first group of `pattern`, else the first number with a point in it; null where there is none. */
export function readVersion(said: string, pattern: RegExp | null): string | null {
  const version = (pattern ?? versionNumber).exec(stripVTControlCharacters(said))?.[1];
  return version === undefined || version.length > longestVersion ? null : version;
}
