import { isUtf8 } from 'node:buffer';
import type { ComparisonReport, FileChange, FileProblem, ProposedFile } from '../../machines/bootstrap-model.ts';
import { lookAtTarget, writeObstacle, type Target } from './target.ts';

/**
 * Lays the generated files beside what is in the project. For a preview with the differences, and whether or not the folders could be written to. Writes nothing.
 */
export async function compareFiles(root: string, files: readonly ProposedFile[], isPreview: boolean): Promise<ComparisonReport> {
  const changes: FileChange[] = [];
  const obstacles: FileProblem[] = [];
  const newFolders = new Set<string>();
  for (const file of files) {
    const target = await lookAtTarget(root, file.path);
    const obstacle = await obstacleOf(root, file, { target, isPreview });
    if (obstacle !== null || target.kind === 'obstacle') {
      obstacles.push({ path: file.path, message: obstacle ?? '' });
      continue;
    }
    changes.push({
      path: file.path,
      change: changeOf(file, target),
      sha256Before: target.kind === 'file' ? target.sha256 : null,
      diff: isPreview ? await diffOf(file, target) : null,
    });
    if (target.kind === 'absent') for (const folder of target.folders) newFolders.add(folder);
  }
  return { changes, newFolders: [...newFolders], obstacles };
}

/** The differences between files of the project and what would replace them, as one unified diff; empty where there are none. */
export async function readDifferences(root: string, files: readonly ProposedFile[]): Promise<string> {
  const diffs: string[] = [];
  for (const file of files) diffs.push((await diffOf(file, await lookAtTarget(root, file.path))) ?? '');
  return diffs.join('');
}

async function obstacleOf(
  root: string,
  file: ProposedFile,
  { target, isPreview }: { readonly target: Target; readonly isPreview: boolean },
): Promise<string | null> {
  if (target.kind === 'obstacle') return target.message;
  if (isPreview || changeOf(file, target) === 'unchanged') return null;
  return await writeObstacle(root, file.path, target.kind === 'absent' ? target.folders : []);
}

function changeOf({ text }: ProposedFile, target: Target): FileChange['change'] {
  if (target.kind !== 'file') return 'new';
  return target.bytes.equals(Buffer.from(text)) ? 'unchanged' : 'replaced';
}

async function diffOf(file: ProposedFile, target: Target): Promise<string | null> {
  if (target.kind === 'obstacle' || changeOf(file, target) === 'unchanged') return null;
  const { unifiedDiff } = await import('./unified-diff.ts');
  if (target.kind === 'absent') return unifiedDiff(file.path, null, file.text);
  if (!isUtf8(target.bytes)) return `--- a/${file.path}\n+++ b/${file.path}\nthe file that is there is not text\n`;
  return unifiedDiff(file.path, target.bytes.toString('utf8'), file.text);
}
