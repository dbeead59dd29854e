import type { RunId } from '../../schemas/ids.ts';
import type { StoreLayout } from '../store/layout.ts';
import { openReader } from '../store/reader.ts';
import type { StoreReader } from '../store/reader.ts';
import { RunHistory } from './run-history.ts';

/** Opens the history of a run beside its writer, if there is one; to be closed. Throws StoreError when the store is missing or damaged. */
export async function openRunHistory(layout: StoreLayout, runId: RunId): Promise<RunHistory<StoreReader>> {
  const folder = layout.run(runId).folder;
  return new RunHistory(runId, folder, await openReader({ folder, name: 'run' }));
}
