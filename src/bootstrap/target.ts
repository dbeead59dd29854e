import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invariant } from '../errors.ts';

/** What stands at the place of a file that would be written. `folders` are those above it that are missing, parents first. */
export type Target =
  | { readonly kind: 'absent'; readonly folders: readonly string[] }
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly sha256: string; readonly mode: number }
  | { readonly kind: 'obstacle'; readonly message: string };

/** The files of a bootstrap have a few kilobytes; one of more than a mebibyte is something else. */
const largestFileBytes = 1_048_576;

/**
 * Looks at the place of a file, `path` relative to `root`. Follows no link: a link at the place or above it is an obstacle, as is everything that is not a
 * regular file, or cannot be read. Never throws for what is on the disk.
 */
export async function lookAtTarget(root: string, path: string): Promise<Target> {
  const names = path.split('/');
  invariant(
    names.every((name) => name !== '' && name !== '.' && name !== '..'),
    `the path ${path} does not stay in its folder`,
  );
  const parents = names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join('/'));
  for (const [index, parent] of parents.entries()) {
    const found = await lookAtFolder(root, parent);
    if (found === 'absent') return { kind: 'absent', folders: parents.slice(index) };
    if (found !== null) return { kind: 'obstacle', message: found };
  }
  return await lookAtFile(root, path);
}

/** Why no file can be made or replaced in the folder of `path`; null where nothing stands in the way. `folders` as {@link Target} has them. */
export async function writeObstacle(root: string, path: string, folders: readonly string[]): Promise<string | null> {
  const folder = dirname(folders[0] ?? path);
  try {
    await access(join(root, folder), constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return `${path} cannot be written: ${folder === '.' ? 'the folder' : `the folder ${folder}`} ${wordsOf(error, 'is read-only')}`;
  }
}

/** Null for a folder, `absent` where there is nothing, else what is wrong. */
async function lookAtFolder(root: string, path: string): Promise<string | null> {
  try {
    const stats = await lstat(join(root, path));
    if (stats.isDirectory()) return null;
    return stats.isSymbolicLink() ? `${path} is a link, and nothing is written through links` : `${path} is not a folder`;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'absent' : `${path} ${wordsOf(error, 'cannot be looked into')}`;
  }
}

async function lookAtFile(root: string, path: string): Promise<Target> {
  let file: FileHandle | null = null;
  try {
    // A pipe would keep an opening without O_NONBLOCK waiting for a writer.
    file = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (stats.isDirectory()) return { kind: 'obstacle', message: `${path} is a folder` };
    if (!stats.isFile()) return { kind: 'obstacle', message: `${path} is not a regular file` };
    if (stats.size > largestFileBytes) {
      return { kind: 'obstacle', message: `${path} is larger than 1 MiB, so it is no file of this kind: move it away` };
    }
    const bytes = await file.readFile();
    return { kind: 'file', bytes, sha256: createHash('sha256').update(bytes).digest('hex'), mode: stats.mode & 0o7777 };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return { kind: 'absent', folders: [] };
    if (code === 'ELOOP') return { kind: 'obstacle', message: `${path} is a link, and nothing is written through links` };
    // Linux says ENXIO for a socket.
    if (code === 'ENXIO') return { kind: 'obstacle', message: `${path} is not a regular file` };
    return { kind: 'obstacle', message: `${path} ${wordsOf(error, 'cannot be read')}` };
  } finally {
    await file?.close();
  }
}

function wordsOf(error: unknown, words: string): string {
  const code = codeOf(error);
  return code === undefined ? words : `${words} (${code})`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
