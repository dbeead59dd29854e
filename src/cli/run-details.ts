import type { RunDetails } from '../../schemas/cli/run-details.ts';
import type { RunHistory } from '../history/run-history.ts';
import { hasEnded, shownState } from '../history/run-state.ts';
import { stepStatuses } from '../history/step-status.ts';
import type { DefinedStep } from '../history/step-status.ts';
import { describeReason } from './render/reason.ts';
import { nextCommands } from './run-next.ts';

/** All about one run, from its history: what `show` prints. `owned`: whether a live process has it. */
export async function runDetails(history: RunHistory, owned: boolean, nowMs: number): Promise<RunDetails> {
  const run = history.run();
  const { params, text, ...definition } = history.definition();
  const chart = history.chart();
  const shown = shownState(run.state, chart.state, owned);
  const defined = await definedSteps(definition.path, text);
  const rows = history.steps();
  // The trail is searched only where somebody waits for an answer.
  const questions = rows.some((row) => row.state === 'awaitingApproval') ? history.questions() : new Map();
  const steps = stepStatuses(defined, rows, { nowMs, runEnded: hasEnded(run.state), questions, describeReason });
  return {
    run,
    shown_state: shown,
    chart_state: chart.state,
    workflow: { name: definition.workflowName, path: definition.path, sha256: definition.sha256 },
    params: { ...params },
    steps,
    attempts: history.attempts().map((attempt) => attempt.document),
    next: nextCommands(run.run_id, shown, steps),
  };
}

/** The steps of the stored definition; none when this release cannot read it any more: the rows are shown all the same. */
async function definedSteps(path: string, text: string): Promise<readonly DefinedStep[]> {
  const { loadWorkflow } = await import('../workflow/load.ts');
  const loaded = loadWorkflow({ path, text });
  return loaded.ok ? loaded.workflow.steps : [];
}
