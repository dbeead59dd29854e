import type { AcceptedEvent, ComparedFile, ExplainReport } from '../../../schemas/cli/explain-report.ts';
import type { RunDetails, StepStatus } from '../../../schemas/cli/run-details.ts';
import { chartOf, takenEvents } from '../../history/accepted-events.ts';
import type { StoredSettings } from '../../history/history-rows.ts';
import { compareFile, compareRouter, storedRouting } from '../../history/routing-history.ts';
import type { RunHistory } from '../../history/run-history.ts';
import { hasEnded } from '../../history/run-state.ts';
import { loadWorkflow } from '../../workflow/load.ts';
import type { Workflow } from '../../workflow/model.ts';
import { describeTaken } from './event-words.ts';
import { stepsOfNote, whyRun } from './run-why.ts';
import { explainStep } from './step-explanation.ts';
import { describeStepState } from './state-words.ts';

/** Everything that `explain` says of a run; with `status` also of that step of it. */
export async function explainRun(history: RunHistory, details: RunDetails, status: StepStatus | null): Promise<ExplainReport> {
  const workflow = readWorkflow(history);
  const settings = history.settings();
  const { run, shown_state: shown } = details;
  const stored = chartOf(history.runSnapshot(), hasEnded(run.state) ? run.state : null);
  const accepts = 'chart' in stored ? takenEvents(stored.chart).map((taken) => describeTaken(taken, run.run_id)) : [];
  const routing =
    workflow === null ? { problem: 'the workflow, as it is stored, cannot be read any more' } : storedRouting(workflow, settings);
  return {
    run,
    shown_state: shown,
    chart_state: details.chart_state ?? run.state,
    workflow: details.workflow.name,
    why: whyRun(details),
    accepts,
    accepts_problem: 'problem' in stored ? stored.problem : null,
    budget: 'chart' in stored ? budgetOf(stored.chart.context.meters) : [],
    ...(await comparedFiles(settings, history.folder)),
    steps: status === null ? stepsOfNote(details.steps).map(noteOf) : [],
    step: status === null ? null : explainStep(status, { history, details, workflow, routing }),
    next: nextOf(details, status, 'chart' in stored ? accepts : null),
  };
}

/** The stored definition; null when this release cannot read it any more. */
function readWorkflow(history: RunHistory): Workflow | null {
  const { path, text } = history.definition();
  const loaded = loadWorkflow({ path, text });
  return loaded.ok ? loaded.workflow : null;
}

async function comparedFiles(
  { router, phase }: StoredSettings,
  runFolder: string,
): Promise<{ readonly router: ComparedFile | null; readonly phase: ComparedFile | null }> {
  return {
    router: router === null ? null : await compareRouter(router, runFolder),
    phase: phase === null ? null : await compareFile(phase.path, phase.text),
  };
}

function budgetOf(
  meters: readonly { toolId: string | null; unit: 'calls' | 'minutes' | 'cost'; used: number; allowed: number; limit: number }[],
): ExplainReport['budget'] {
  return meters.map(({ toolId, unit, used, allowed, limit }) => ({ tool_id: toolId, unit, used, allowed, limit }));
}

function noteOf({
  step_id: stepId,
  state,
  reason_text: reason,
  question,
  ended_at: endedAt,
}: StepStatus): ExplainReport['steps'][number] {
  // Before its end a step has the reason of its last attempt, which is not why it is where it is.
  const before = reason === null ? '' : `; before: ${reason}`;
  return {
    step_id: stepId,
    state,
    why: endedAt === null ? (question ?? `${describeStepState(state)}${before}`) : (reason ?? ''),
  };
}

const mostExplained = 3;

/** What `show` offers, without what the chart refuses (null: that is not known); and for steps that failed, or wait, how to learn more. */
function nextOf(
  { run, next, steps }: RunDetails,
  status: StepStatus | null,
  accepts: readonly AcceptedEvent[] | null,
): ExplainReport['next'] {
  const told = status === null ? stepsOfNote(steps).slice(0, mostExplained) : [];
  const more = told.map(({ step_id: stepId }) => ({
    command: `stateyard explain ${run.run_id} ${stepId}`,
    text: `why ${stepId} stands as it does`,
  }));
  const logs =
    status === null || status.attempts === 0
      ? []
      : [{ command: `stateyard logs ${run.run_id} ${status.step_id}`, text: 'its output' }];
  const known = new Set([...logs, ...more].map(({ command }) => command));
  const offered = next.filter(({ command }) => !known.has(command) && !isRefused(command, accepts));
  return [...logs, ...offered, ...more];
}

const steering = /^stateyard (cancel|pause|unpause|quarantine|approve|reject) /;

function isRefused(command: string, accepts: readonly AcceptedEvent[] | null): boolean {
  const verb = steering.exec(command)?.[1];
  return verb !== undefined && accepts !== null && !accepts.some((each) => each.command?.includes(`stateyard ${verb} `) === true);
}
