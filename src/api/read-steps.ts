import type { RunId } from '../../schemas/ids.ts';
import { openRunHistory } from '../history/open-run-history.ts';
import type { StoreLayout } from '../store/layout.ts';
import type { StepResult } from './contract.ts';

/** The steps of a run that have a record, in the order of its workflow. Needs no lock: the run may be at work. */
export async function readSteps(layout: StoreLayout, runId: RunId): Promise<readonly StepResult[]> {
  const history = await openRunHistory(layout, runId);
  try {
    return history.steps().map(({ stepId, state, attempts, outputs, reason }) => {
      return { stepId, state, attempts, outputs: outputs ?? {}, reason };
    });
  } finally {
    await history.close();
  }
}
