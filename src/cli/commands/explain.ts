import type { ExplainReport } from '../../../schemas/cli/explain-report.ts';
import { exitCodes, UserError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import type { RunHistory } from '../../history/run-history.ts';
import { isOwned } from '../../store/owner-lock.ts';
import { Suggestion } from '../../workflow/suggestion.ts';
import { renderExplanation } from '../explain/render-explanation.ts';
import { explainRun } from '../explain/run-explanation.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import { withRun } from '../open-run.ts';
import type { ExplainOptions } from '../options.ts';
import { runDetails } from '../run-details.ts';

/** `stateyard explain RUN [STEP]`. */
export function run(options: ExplainOptions, io: Io): Promise<ExitCode> {
  return withRun(options, io, async (history) => {
    const report = await explain(history, options.step);
    if (options.json) printJson(io, report);
    else io.stdout(renderExplanation(report, outputLook(io)));
    return exitCodes.succeeded;
  });
}

async function explain(history: RunHistory, stepId: string | null): Promise<ExplainReport> {
  // The owner is looked at first: a run that ends in between is then read as ended, not as interrupted.
  const owned = await isOwned(history.folder);
  await history.refresh();
  const details = await runDetails(history, owned, Date.now());
  const status = details.steps.find((step) => step.step_id === stepId) ?? null;
  if (stepId === null || status !== null) return await explainRun(history, details, status);
  const ids = details.steps.map((step) => step.step_id);
  const guess = new Suggestion().nearest(stepId, ids);
  throw new UserError(exitCodes.notFound, 'step_not_found', `run ${history.runId} has no step ${JSON.stringify(stepId)}`, {
    hint: guess === null ? `its steps: stateyard show ${history.runId}` : `did you mean ${guess}?`,
  });
}
