import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import type { Io } from './io.ts';

/**
 * Writes a result into the file of `--out`, over what it holds. `file` is as it was typed, from the working directory of `io`.
 *
 * @throws UserError (exit code 1) where it cannot be written: its folder is missing, it is a folder itself, the disk is full.
 */
export async function writeResult(file: string, text: string, io: Io): Promise<void> {
  try {
    await writeFile(resolve(io.cwd, file), text);
  } catch (error) {
    throw new UserError(exitCodes.failed, 'file_not_written', `${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'this is not permitted';
  return code === 'ENOSPC' ? 'the disk is full' : message;
}
