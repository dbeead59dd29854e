import type { RunId } from '../../schemas/ids.ts';
import { runNeverBegan } from '../store/find-run.ts';
import type { StoreLayout } from '../store/layout.ts';
import { openReader } from '../store/reader.ts';
import type { StoreReader } from '../store/reader.ts';
import { StoreError } from '../store/store-error.ts';
import { RunHistory } from './run-history.ts';

/**
 * Opens the history of a run beside its writer, if there is one; to be closed. Throws UserError `run_never_began` (exit 4) for a run
 * whose engine ended before its first record, StoreError when the store is damaged.
 */
export async function openRunHistory(layout: StoreLayout, runId: RunId): Promise<RunHistory<StoreReader>> {
  const folder = layout.run(runId).folder;
  const reader = await openReader({ folder, name: 'run' }).catch((error: unknown) => {
    throw error instanceof StoreError && error.kind === 'missing' ? runNeverBegan(runId) : error;
  });
  if (reader.sequence > 0 && reader.query('select 1 from runs').length > 0) return new RunHistory(runId, folder, reader);
  reader.close();
  throw runNeverBegan(runId);
}
