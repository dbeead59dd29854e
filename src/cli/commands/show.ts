import { exitCodes, UserError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { isOwned } from '../../store/owner-lock.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import { withRun } from '../open-run.ts';
import type { ShowOptions } from '../options.ts';
import { pictureFormat } from '../picture-format.ts';
import { renderRun } from '../render-run.ts';
import { runDetails } from '../run-details.ts';

/** `stateyard show RUN`: as text, or a picture of its chart or of its steps. */
export async function run(options: ShowOptions, io: Io): Promise<ExitCode> {
  if (options.of === 'chart' && options.format === 'mermaid') {
    throw new UserError(exitCodes.usage, 'usage', 'the chart of a run is drawn with --format svg', {
      hint: 'mermaid shows its steps: leave --of away',
    });
  }
  return withRun(options, io, async (history) => {
    // The owner is looked at first: a run that ends in between is then read as ended, not as interrupted.
    const owned = await isOwned(history.folder);
    await history.refresh();
    const nowMs = Date.now();
    const details = await runDetails(history, owned, nowMs);
    const format = pictureFormat(options);
    if (options.json) printJson(io, details);
    else if (format === 'svg' && options.of !== 'steps')
      io.stdout(await (await import('../run-picture.ts')).runPicture(details, history.events(0)));
    else if (format !== null) io.stdout(await (await import('../workflow-picture.ts')).stepsPicture(details, format));
    else io.stdout(renderRun(details, outputLook(io), nowMs));
    return exitCodes.succeeded;
  });
}
