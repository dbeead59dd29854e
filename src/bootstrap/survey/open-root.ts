import { realpathSync, statSync } from 'node:fs';
import { exitCodes, UserError } from '../../errors.ts';

/**
 * The absolute path of a project's folder, every link resolved. Throws UserError `project_not_found` (exit 4) where nothing is there or it cannot be reached,
 * `project_not_a_folder` (exit 2) where something else is.
 */
export function openRoot(root: string): string {
  let resolved: string;
  let isFolder: boolean;
  try {
    resolved = realpathSync.native(root);
    isFolder = statSync(resolved).isDirectory();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message = code === 'EACCES' ? `the project's folder cannot be reached: ${root}` : `there is no folder ${root}`;
    const hint = 'name the root folder of the project';
    throw new UserError(exitCodes.notFound, 'project_not_found', message, { hint, cause: error });
  }
  if (!isFolder) {
    const hint = 'name the root folder of the project, not a file in it';
    throw new UserError(exitCodes.usage, 'project_not_a_folder', `${root} is not a folder`, { hint });
  }
  return resolved;
}
