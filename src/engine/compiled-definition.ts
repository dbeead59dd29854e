import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan, Workflow } from '../workflow/model.ts';
import { readCompiled, writeCompiled } from '../workflow/compiled.ts';
import type { LoadedRun } from './loaded-run.ts';

/** Below this the text is parsed faster than this process loads what else it needs. */
const fewSteps = 500;

const digestLength = 64;

/**
 * Keeps the checked workflow of a large run in a file beside its store, so that `resume` need not parse and check its text again. It is a cache, written without
 * a sync and trusted only by its digest: what fails here, or is lost, costs time and nothing else.
 */
export async function keepCompiled(run: LoadedRun): Promise<void> {
  if (run.workflow.steps.length < fewSteps) return;
  const file = fileOf(run.folder);
  // One name: the owner of the run is alone, and what a crash left is overwritten.
  const temporary = `${file}.tmp`;
  try {
    const body = writeCompiled(run.workflow, run.plan);
    if (body === null) return;
    await writeFile(temporary, `${digest(run.workflow.sha256, body)}\n${body}`, { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** What {@link keepCompiled} kept of the workflow with this text; null where there is nothing, or nothing that can be trusted. */
export async function readKept(
  folder: string,
  origin: Pick<Workflow, 'path' | 'text' | 'sha256'>,
): Promise<{ readonly workflow: Workflow; readonly plan: Plan } | null> {
  let kept: string;
  try {
    kept = await readFile(fileOf(folder), 'utf8');
  } catch {
    return null;
  }
  const body = kept.slice(digestLength + 1);
  return kept.slice(0, digestLength) === digest(origin.sha256, body) ? readCompiled(body, origin) : null;
}

function fileOf(folder: string): string {
  return join(folder, 'compiled.json');
}

function digest(sha256: string, body: string): string {
  return createHash('sha256').update(sha256).update('\n').update(body).digest('hex');
}
