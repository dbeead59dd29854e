import type { Project } from '../project.ts';

/** By the entry in the root: a folder, or the file `.git` of a worktree or a submodule. Jujutsu first: its repositories most often hold git's too. */
const systems: readonly (readonly [string, string])[] = [
  ['.jj', 'jujutsu'],
  ['.git', 'git'],
  ['.hg', 'mercurial'],
  ['.svn', 'subversion'],
  ['.bzr', 'bazaar'],
  ['_darcs', 'darcs'],
  ['.pijul', 'pijul'],
  ['.fslckout', 'fossil'],
  ['_FOSSIL_', 'fossil'],
  ['CVS', 'cvs'],
];

/** The version control of which the root is the top; null: none. Folders above the root are not looked at. */
export function findVersionControl(project: Project): string | null {
  const entries = new Set(project.rootEntries);
  return systems.find(([entry]) => entries.has(entry))?.[1] ?? null;
}
