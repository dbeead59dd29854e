import type { Clues } from './clues.ts';
import { depthOf, folderOf } from './command-words.ts';

const deepest = 3;
const mostModules = 5;
const notItsOwn = /(^|\/)(testdata|tests?|fixtures|examples?|samples?|templates?|vendor|third_party)\//;

/**
 * The folders that hold a manifest of this name and are modules of the project: the root alone where it has one, else those
 * nearest to it, without examples, fixtures and what lies deeper than three folders; at most five.
 */
export function moduleFolders(clues: Clues, manifest: string): readonly string[] {
  if (clues.has(manifest)) return ['.'];
  return clues
    .named(manifest)
    .filter((path) => depthOf(path) <= deepest && !notItsOwn.test(path))
    .toSorted((one, other) => depthOf(one) - depthOf(other))
    .slice(0, mostModules)
    .map(folderOf);
}
