import { openRunHistory } from '../history/open-run-history.ts';
import { findRun } from '../store/find-run.ts';
import { storeLayout } from '../store/layout.ts';
import { loadWorkflow } from '../workflow/load.ts';
import { readWorkflowFile } from '../workflow/read.ts';
import type { Io } from './io.ts';
import { locateStore } from './locate-store.ts';
import { inFolder } from './paths.ts';

/** The tasks of a workflow file, each with its kind; none of a file that is invalid. */
export async function taskCandidates(file: string, io: Io): Promise<string[]> {
  const loaded = loadWorkflow(await readWorkflowFile(inFolder(file, io.cwd)));
  if (!loaded.ok) return [];
  return loaded.workflow.steps.flatMap(({ id, action }) => (action.kind === 'task' ? [`${id}\t${action.task.taskKind}`] : []));
}

/** All steps of a run, those that have not started too. */
export async function definedSteps(run: string, store: string | null, io: Io): Promise<string[]> {
  const layout = storeLayout(locateStore({ store }, io).folder);
  const history = await openRunHistory(layout, await findRun(layout, run));
  try {
    const { path, text } = history.definition();
    const loaded = loadWorkflow({ path, text });
    const states = new Map(history.steps().map(({ stepId, state }) => [stepId, state]));
    const ids = loaded.ok ? loaded.workflow.steps.map(({ id }) => id as string) : [...states.keys()];
    return ids.map((id) => `${id}\t${states.get(id) ?? 'waiting'}`);
  } finally {
    await history.close();
  }
}
