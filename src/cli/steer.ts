import type { RunId } from '../../schemas/ids.ts';
import type { CommandAnswer } from '../../schemas/cli/command-answer.ts';
import type { Signal, SignalCommand } from '../engine/signal.ts';
import { steerRun } from '../engine/steer.ts';
import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { findRun } from '../store/find-run.ts';
import { openRunHistory } from '../history/open-run-history.ts';
import { storeLayout, type StoreLayout } from '../store/layout.ts';
import { requireWorkflow } from '../workflow/load.ts';
import type { GlobalOptions } from './command.ts';
import { sessionWorld } from './drive-run.ts';
import type { Io } from './io.ts';
import { printJson } from './json.ts';
import { locateStore } from './locate-store.ts';
import { refusedCommand } from './refused-command.ts';

/** What the steering verbs have in common. */
export interface Steering extends GlobalOptions {
  readonly run: string;
  readonly reason: string | null;
  /** The step that an answer is for; null for a command to the whole run. */
  readonly step: string | null;
}

/**
 * Gives a command to a run, in this process or through the one that is running it, and prints the recorded answer. Exit code 7
 * when the run's chart has no such transition, with what it takes instead.
 */
export async function steer(command: SignalCommand, options: Steering, io: Io): Promise<ExitCode> {
  const layout = storeLayout(locateStore(options, io).folder);
  const runId = await findRun(layout, options.run);
  const world = sessionWorld(layout);
  const nowMs = world.clock.nowMs();
  if (options.step !== null) await checkStep(layout, runId, options.step);
  const id = world.entropy.ulid(nowMs);
  const signal: Signal = { id, command, reason: options.reason, stepId: options.step, receivedAtMs: nowMs };
  const { answer, state: to } = await steerRun(runId, signal, world).catch(async (error: unknown) => {
    if (!(error instanceof UserError) || error.code !== 'run_ended') throw error;
    throw await refusedCommand(layout, runId, { signal, code: error.code, message: error.message });
  });
  if (!answer.accepted)
    throw await refusedCommand(layout, runId, { signal, code: 'transition_refused', message: answer.message });
  const report: CommandAnswer = {
    run_id: runId,
    command,
    accepted: true,
    from: answer.from,
    to,
    message: advice(command, runId, to),
  };
  if (options.json) printJson(io, report);
  else if (!options.quiet) io.stdout(`${runId}: ${answer.from} -> ${to}\n${report.message === '' ? '' : `${report.message}\n`}`);
  return exitCodes.succeeded;
}

function advice(command: SignalCommand, runId: string, to: string): string {
  if (command === 'approve' || command === 'reject') {
    if (to === 'running.awaitingPerson') return 'the run waits for another answer';
    if (to === 'running.paused') return `the run is paused; let it go on: stateyard unpause ${runId}`;
    return to.startsWith('running.') ? `where no process is running it: stateyard resume ${runId}` : '';
  }
  if (command === 'unpause') return `where no process is running it: stateyard resume ${runId}`;
  if (command === 'pause' && to === 'running.pausing') return 'the running steps go on to their end; then the run waits';
  return '';
}

/** A step that the workflow does not have is not found; whether it waits for an answer is for the chart to say. */
async function checkStep(layout: StoreLayout, runId: RunId, stepId: string): Promise<void> {
  const history = await openRunHistory(layout, runId);
  try {
    const { path, text } = history.definition();
    const { plan } = requireWorkflow({ path, text });
    if (plan.indexOf.has(stepId)) return;
    throw new UserError(exitCodes.notFound, 'step_not_found', `run ${runId} has no step ${JSON.stringify(stepId)}`, {
      hint: `its steps: stateyard show ${runId}`,
    });
  } finally {
    await history.close();
  }
}
