import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileToWrite, ProposedFile, WriteReport } from '../../machines/bootstrap-model.ts';
import { exitCodes, UserError } from '../errors.ts';
import { nodeDisk } from '../store/disk.ts';
import { lookAtTarget, type Target } from './target.ts';

const newFileMode = 0o644;

/**
 * Puts a generated file into the project at `root`: written beside its place, synced, then renamed into it, so that there is the old file or the new one and never a part
 * of either. A file that is replaced keeps its mode; a new one has 0644 as the umask lets it. Throws UserError (exit 1) where something else stands there than was compared, or
 * where the disk refuses; then the place is as it was. Removes what a crash of an earlier writing left beside it.
 */
export async function writeProjectFile(root: string, { file, sha256Before }: FileToWrite): Promise<WriteReport> {
  const target = await lookAtTarget(root, file.path);
  if (target.kind === 'obstacle') throw notWritten(target.message);
  if ((target.kind === 'file' ? target.sha256 : null) !== sha256Before) {
    throw notWritten(`${file.path} was changed meanwhile: run init again`);
  }
  try {
    await makeFolders(root, target);
    await replace(root, file, target);
  } catch (error) {
    throw notWritten(`${file.path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  return { path: file.path };
}

async function makeFolders(root: string, target: Target): Promise<void> {
  if (target.kind !== 'absent') return;
  for (const folder of target.folders) {
    await mkdir(join(root, folder));
    await nodeDisk.syncFolder(join(root, dirname(folder)));
  }
}

async function replace(root: string, { path, text }: ProposedFile, target: Target): Promise<void> {
  const place = join(root, path);
  const folder = dirname(place);
  await removeLeftovers(folder, basename(place));
  const temporary = join(folder, temporaryName(basename(place), process.pid));
  // wx: never through a link that stands there.
  const handle = await open(temporary, 'wx', newFileMode);
  try {
    try {
      await handle.writeFile(text);
      if (target.kind === 'file') await handle.chmod(target.mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, place);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await nodeDisk.syncFolder(folder);
}

function temporaryName(name: string, pid: number): string {
  return `.${name}.${pid}.stateyard-tmp`;
}

/** Of processes that have died: what a living one writes is its own. */
async function removeLeftovers(folder: string, name: string): Promise<void> {
  for (const found of await readdir(folder)) {
    const pid = Number(/\.(\d+)\.stateyard-tmp$/.exec(found)?.[1] ?? Number.NaN);
    if (found === temporaryName(name, pid) && (pid === process.pid || !isAlive(pid))) await unlink(join(folder, found));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function notWritten(message: string, cause?: unknown): UserError {
  return new UserError(exitCodes.failed, 'file_not_written', message, { cause });
}
