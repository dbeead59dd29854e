import { resolve } from 'node:path';

/**
 * A path as it was typed, to be opened from this process: left as it is where it means the same, so that messages show what
 * the person typed; made absolute when `cwd` is another folder than that of the process.
 */
export function inFolder(path: string, cwd: string): string {
  return cwd === process.cwd() ? path : resolve(cwd, path);
}
