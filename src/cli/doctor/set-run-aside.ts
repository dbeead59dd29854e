import type { DoctorRepair } from '../../../schemas/cli/doctor-report.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { exitCodes, UserError } from '../../errors.ts';
import { setAside } from '../../store/aside.ts';
import { asOwner } from '../../store/folder-lock.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { forgetRuns } from '../../store/run-index.ts';
import { StoreError } from '../../store/store-error.ts';
import { verifyStore } from '../../store/verify.ts';
import { extentWords, hasLostEnd, indexedStates, isDamaged, stateOf } from './stores.ts';

/**
 * Takes a run whose store is damaged out of the store, as it is, and says which of its records are lost. Throws UserError (exit 7)
 * for a run that is not damaged or that a live process has.
 */
export async function setRunAside(layout: StoreLayout, runId: RunId, aside: string): Promise<DoctorRepair> {
  const { folder } = layout.run(runId);
  const done = await asOwner(folder, async () => {
    const words = await loss(layout, runId);
    if (words !== null) return { words, kept: await setAside(layout, aside, folder) };
    throw new UserError(exitCodes.refused, 'not_damaged', `the store of run ${runId} is not damaged`, {
      hint: 'old runs are removed by: stateyard gc',
    });
  });
  if (done === 'owned') throw new UserError(exitCodes.refused, 'run_owned', `a live process has run ${runId}`);
  if (done === 'gone') throw new UserError(exitCodes.notFound, 'run_not_found', `run ${runId} has just gone`);
  await forgetRow(layout, runId);
  const message = `moved the damaged run out of the store, every byte kept: ${done.words}`;
  return { subject: `run ${runId}`, done: true, message, kept: done.kept };
}

/** What the store of a run has lost, in words; null when it has lost nothing. */
async function loss(layout: StoreLayout, runId: RunId): Promise<string | null> {
  const { folder } = layout.run(runId);
  const report = await verifyStore({ folder, name: 'run' });
  if (isDamaged(report)) return extentWords(folder);
  const own = report.ok ? await stateOf(folder) : null;
  const indexed = (await indexedStates(layout))?.get(runId);
  if (own === null || indexed === undefined || !hasLostEnd(indexed, own)) return null;
  return `records 1 to ${report.head?.sequence ?? 0} can be read, those after them, the run's end among them, are lost`;
}

/** An index that is itself damaged is built anew afterwards, without the run. */
async function forgetRow(layout: StoreLayout, runId: RunId): Promise<void> {
  try {
    await forgetRuns(layout, [runId]);
  } catch (error) {
    if (!(error instanceof StoreError) || error.kind !== 'damaged') throw error;
  }
}
