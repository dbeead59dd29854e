import { realpathSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../../tools/program.ts';

/** The folders that programs are looked for in, and the project that none of them may come from. */
export interface SafeSearch {
  /** Absolute folders, in the order of PATH, each once; none is in the project. */
  readonly folders: readonly string[];
  /** Whether a path, or what it leads to by links, lies in the project. */
  readonly isInProject: (file: string) => boolean;
}

/** Where execvp looks when there is no PATH; the folders of administration are left out, since no tool of a project is there. */
const folderDefaults = '/usr/local/bin:/usr/bin:/bin';

/**
 * Takes from a PATH (undefined: the usual folders) the entries whose programs may be started: to run one of the project would be to execute the project, so
 * its folders (such as node_modules/.bin, which npm puts there) do not count, nor do relative and empty entries, which mean the working directory.
 */
export function safeSearch(searchPath: string | undefined, projectRoot: string): SafeSearch {
  const roots = [path.resolve(projectRoot), realPath(projectRoot)];
  const isInProject = (file: string): boolean => [path.resolve(file), realPath(file)].some((each) => isWithin(roots, each));
  const entries = (searchPath ?? folderDefaults).split(':').filter((entry) => path.isAbsolute(entry));
  const folders = new Set(entries.map((entry) => path.resolve(entry)));
  return { folders: [...folders].filter((folder) => !isInProject(folder)), isInProject };
}

/** The path of the first program of this name that is executable and not of the project; null where there is none. */
export function findSafeProgram(command: string, { folders, isInProject }: SafeSearch): string | null {
  for (const folder of folders) {
    const file = findProgram(path.join(folder, command), { searchPath: undefined, cwd: folder });
    if (file !== null && !isInProject(file)) return file;
  }
  return null;
}

function isWithin(roots: readonly string[], file: string): boolean {
  return roots.some((root) => file === root || file.startsWith(root.endsWith('/') ? root : `${root}/`));
}

/** What does not exist leads nowhere but to itself. */
function realPath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return path.resolve(file);
  }
}
