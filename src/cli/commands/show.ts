import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { isOwned } from '../../store/owner-lock.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import { withRun } from '../open-run.ts';
import type { ShowOptions } from '../options.ts';
import { renderRun } from '../render-run.ts';
import { runDetails } from '../run-details.ts';

/** `stateyard show RUN`. */
export function run(options: ShowOptions, io: Io): Promise<ExitCode> {
  return withRun(options, io, async (history) => {
    // The owner is looked at first: a run that ends in between is then read as ended, not as interrupted.
    const owned = await isOwned(history.folder);
    await history.refresh();
    const nowMs = Date.now();
    const details = await runDetails(history, owned, nowMs);
    if (options.json) printJson(io, details);
    else io.stdout(renderRun(details, outputLook(io), nowMs));
    return exitCodes.succeeded;
  });
}
