import type { Project } from '../project.ts';
import { isGeneratedFile } from './generated-files.ts';
import { openRoot } from './open-root.ts';
import { decodeStart, decodeText, readProjectFile } from './read-project-file.ts';
import { walkTree } from './walk-tree.ts';

const textBytes = 512 * 1024;
const startBytes = 4 * 1024;

/**
 * The tree of the project in the folder `root`, as {@link Project} says it, without what init itself has written. Throws UserError `project_not_found` (exit 4) or `project_not_a_folder` (exit 2); whatever
 * is wrong inside of the tree is a warning.
 */
export function scanProject(root: string): Project {
  const resolved = openRoot(root);
  const tree = walkTree(resolved);
  const startOf = (path: string, maxBytes = startBytes): string | null => {
    const bytes = readProjectFile(resolved, path, { maxBytes, part: 'start' });
    return bytes === null ? null : decodeStart(bytes);
  };
  const files = tree.files.filter(({ path }) => !isGeneratedFile(path, startOf));
  const paths: ReadonlySet<string> = new Set(files.map((file) => file.path));
  return {
    root: resolved,
    ...tree,
    files,
    has: (path) => paths.has(path),
    readText(path, maxBytes = textBytes) {
      const bytes = paths.has(path) ? readProjectFile(resolved, path, { maxBytes, part: 'whole' }) : null;
      return bytes === null ? null : decodeText(bytes);
    },
    readStart: (path, maxBytes) => (paths.has(path) ? startOf(path, maxBytes) : null),
  };
}
