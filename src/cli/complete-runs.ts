import { openRunHistory } from '../history/open-run-history.ts';
import { findRun } from '../store/find-run.ts';
import { listRunIds, storeLayout } from '../store/layout.ts';
import type { StoreLayout } from '../store/layout.ts';
import type { Io } from './io.ts';
import { locateStore } from './locate-store.ts';

const mostRuns = 50;

/** The newest runs and the names for them, by the names of the folders alone: nothing is opened at a key press. */
export async function runCandidates(store: string | null, io: Io): Promise<string[]> {
  const ids = await listRunIds(layout(store, io));
  return ['@latest\tthe newest run', '@failed\tthe newest failed run', ...ids.slice(0, mostRuns)];
}

/** The steps of a run that have started. */
export async function stepCandidates(run: string, store: string | null, io: Io): Promise<string[]> {
  const place = layout(store, io);
  const history = await openRunHistory(place, await findRun(place, run));
  try {
    return history.steps().map((step) => `${step.stepId}\t${step.state}`);
  } finally {
    await history.close();
  }
}

function layout(store: string | null, io: Io): StoreLayout {
  return storeLayout(locateStore({ store }, io).folder);
}
