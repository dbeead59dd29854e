import { openRunHistory } from '../history/open-run-history.ts';
import type { RunHistory } from '../history/run-history.ts';
import { findRun } from '../store/find-run.ts';
import { storeLayout } from '../store/layout.ts';
import type { StoreReader } from '../store/reader.ts';
import type { GlobalOptions } from './command.ts';
import type { Io } from './io.ts';
import { locateStore } from './locate-store.ts';

/**
 * Finds the run that RUN means, opens its history for `use`, and closes it afterwards. Throws UserError (exit 4) when there is no
 * such run or more than one.
 */
export async function withRun<Result>(
  options: GlobalOptions & { readonly run: string },
  io: Io,
  use: (history: RunHistory<StoreReader>) => Promise<Result>,
): Promise<Result> {
  const layout = storeLayout(locateStore(options, io).folder);
  const history = await openRunHistory(layout, await findRun(layout, options.run));
  try {
    return await use(history);
  } finally {
    await history.close();
  }
}
