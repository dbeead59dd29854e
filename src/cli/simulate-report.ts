import type { SimulatedLine, SimulateReport } from '../../schemas/cli/simulate-report.ts';
import type { RunEventRow } from '../engine/run-event.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import { criticalPathOf } from '../simulate/critical-path.ts';
import type { CrashTrial } from '../simulate/crash-everywhere.ts';
import { simulatedRunId, type SimulatedRun, type SimulationSetup } from '../simulate/simulate-run.ts';
import { startOfTimeMs } from '../simulate/simulated-world.ts';
import { changeWords } from './render/change-words.ts';
import { numberField, textField, timeField } from './render/run-event.ts';
import { RunProgress, type Change } from './render/run-progress.ts';

/** What a simulation has shown, as a document. `trial` is null without --crash-everywhere. */
export function simulateReport(setup: SimulationSetup, run: SimulatedRun, trial: CrashTrial | null): SimulateReport {
  const { workflow, plan, seed, maxParallel } = setup;
  const ended = (state: string): number => run.steps.filter((step) => step.state === state).length;
  const path = criticalPathOf(plan, run.steps);
  return {
    workflow: workflow.name,
    path: workflow.path,
    sha256: workflow.sha256,
    seed,
    max_parallel: maxParallel,
    verdict: verdictOf(run, trial),
    state: run.state,
    state_reason: run.reason,
    ended_ms: run.endedMs,
    schedule: scheduleOf(setup, run.events),
    totals: {
      steps: plan.ids.length,
      succeeded: ended('succeeded'),
      failed: ended('failed'),
      canceled: ended('canceled'),
      skipped: ended('skipped'),
      attempts: run.steps.reduce((sum, step) => sum + step.attempts, 0),
      records: run.records,
      work_ms: run.steps.reduce((sum, step) => sum + workMs(step), 0),
    },
    critical_path: path.map(({ stepId, startedMs, endedMs }) => ({ step_id: stepId, started_ms: startedMs, ended_ms: endedMs })),
    crashes: trial === null ? null : crashesOf(trial, run.events),
  };
}

function verdictOf(run: SimulatedRun, trial: CrashTrial | null): SimulateReport['verdict'] {
  if (trial !== null && trial.problems.length > 0) return 'crash_changes_end';
  return run.state === 'succeeded' ? 'good' : 'run_not_succeeded';
}

function workMs({ startedMs, endedMs }: SimulatedRun['steps'][number]): number {
  return startedMs === null || endedMs === null ? 0 : endedMs - startedMs;
}

function scheduleOf({ workflow, plan }: SimulationSetup, events: readonly RunEventRow[]): SimulatedLine[] {
  const summary = { workflowName: workflow.name, runId: simulatedRunId, totalSteps: plan.ids.length, stepIds: plan.ids };
  const progress = new RunProgress(summary);
  return events.flatMap((event): SimulatedLine[] => {
    const change = progress.apply(event);
    if (change === null) return [];
    const { stepId, text } = wordsOf(change, progress);
    const attempt = numberField(event.payload, 'attempt') ?? numberField(event.payload, 'attempts');
    return [
      {
        at_ms: (timeField(event, 'ts') ?? startOfTimeMs) - startOfTimeMs,
        step_id: stepId,
        attempt: attempt === 0 ? null : attempt,
        text,
      },
    ];
  });
}

/** The words of `run`, but for those that tell a person what to type: there is no run to steer. */
function wordsOf(change: Change, progress: RunProgress): { readonly stepId: string | null; readonly text: string } {
  if (change.kind === 'stepAsks') return { stepId: change.stepId, text: `asks: ${sanitiseLine(change.question)}` };
  if (change.kind === 'stepHeld') return { stepId: change.stepId, text: 'waits, because the budget of the run is used up' };
  const { stepId, what } = changeWords(change, progress);
  return { stepId, text: what.map((span) => span.text).join('') };
}

function crashesOf({ crashes, asWritten, problems }: CrashTrial, events: readonly RunEventRow[]): SimulateReport['crashes'] {
  return {
    tried: crashes,
    as_written: asWritten,
    problems: problems.map(({ kind, record, atMs, afterEvent, differences }) => ({
      record,
      moment: kind === 'recorded' ? 'recorded' : 'under_way',
      at_ms: atMs,
      after: afterEvent === null ? null : describe(events[afterEvent - 1]),
      differences: [...differences],
    })),
  };
}

/** An event in a few words: its kind, its step, where that went. */
function describe(event: RunEventRow | undefined): string | null {
  if (event === undefined) return null;
  const details = [textField(event.payload, 'step_id'), textField(event.payload, 'to')].filter((detail) => detail !== null);
  return [event.kind, ...details].join(' ');
}
