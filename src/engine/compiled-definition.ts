import { join } from 'node:path';
import type { Plan, Workflow } from '../workflow/model.ts';
import { readSealed, writeSealed } from '../store/sealed-cache.ts';
import { readCompiled, writeCompiled } from '../workflow/compiled.ts';
import type { LoadedRun } from './loaded-run.ts';

/** Below this the text is parsed faster than this process loads what else it needs. */
const fewSteps = 500;

/**
 * Keeps the checked workflow of a large run in a file beside its store, so that `resume` need not parse and check its text again. A cache: what fails here, or is
 * lost, costs time and nothing else. The caller owns the run.
 */
export async function keepCompiled({ workflow, plan, folder }: LoadedRun): Promise<void> {
  if (workflow.steps.length < fewSteps) return;
  try {
    const body = writeCompiled(workflow, plan);
    if (body !== null) await writeSealed(fileOf(folder), workflow.sha256, body);
  } catch {
    // Too large for one string.
  }
}

/** What {@link keepCompiled} kept of the workflow with this text; null where there is nothing, or nothing that can be trusted. */
export async function readKept(
  folder: string,
  origin: Pick<Workflow, 'path' | 'text' | 'sha256'>,
): Promise<{ readonly workflow: Workflow; readonly plan: Plan } | null> {
  const body = await readSealed(fileOf(folder), origin.sha256);
  return body === null ? null : readCompiled(body, origin);
}

function fileOf(folder: string): string {
  return join(folder, 'compiled.json');
}
