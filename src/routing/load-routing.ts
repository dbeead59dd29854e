import { dirname, resolve } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import type { Workflow } from '../workflow/model.ts';
import { readWorkflowFile } from '../workflow/read.ts';
import { hasTasks, noRouting, type RouterPlace, type RunRouting, type SourceFile } from './run-routing.ts';

/** Which files route a run, as the command line gave them; null: not given. */
export interface GivenFiles {
  readonly router: string | null;
  readonly phase: string | null;
}

/** Where files are looked for: both absolute. */
export interface LookupPlace {
  readonly cwd: string;
  readonly storeFolder: string;
}

/**
 * Reads what routes the tasks of a workflow and lays it over them. Nothing is read for a workflow without tasks and phase. Throws UserError: exit 4 for
 * a file that was named and is not there (`router_not_found`, `phase_not_found`), exit 3 for one that is invalid or that does not allow what the tasks ask for.
 */
export async function loadRouting(workflow: Workflow, given: GivenFiles, place: LookupPlace): Promise<RunRouting> {
  const routed = hasTasks(workflow);
  if (!routed && given.phase === null && given.router === null && workflow.workstream === null) return noRouting;
  const { bindRouting } = await import('./bind.ts');
  const phase = given.phase === null ? null : await readPhase(given.phase, place.cwd);
  const router = routed || given.router !== null ? await readRouter(workflow, given.router, place) : null;
  return bindRouting(workflow, router, phase);
}

async function readRouter(workflow: Workflow, given: string | null, { cwd, storeFolder }: LookupPlace): Promise<RouterPlace> {
  const { locateRouterFile } = await import('./router-file.ts');
  const workflowFile = resolve(cwd, workflow.path);
  const { path, text, origin } = await locateRouterFile({ given, workflowFile, storeFolder, cwd });
  return { path, text, folder: origin === 'shipped' ? dirname(workflowFile) : dirname(resolve(cwd, path)) };
}

/** The document that `--phase` names. Throws UserError `phase_not_found` (exit 4) where it is not there. */
export async function readPhase(path: string, cwd: string): Promise<SourceFile> {
  try {
    return await readWorkflowFile(resolve(cwd, path));
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode !== exitCodes.notFound) throw error;
    throw new UserError(exitCodes.notFound, 'phase_not_found', error.message.replace('the workflow file', 'the phase file'), {
      hint: '--phase takes a phase_spec document (YAML or JSON)',
      cause: error,
    });
  }
}
