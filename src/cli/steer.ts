import type { CommandAnswer } from '../../schemas/cli/command-answer.ts';
import type { Signal, SignalCommand } from '../engine/signal.ts';
import { steerRun } from '../engine/steer.ts';
import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { findRun } from '../store/find-run.ts';
import { storeLayout } from '../store/layout.ts';
import type { GlobalOptions } from './command.ts';
import { sessionWorld } from './drive-run.ts';
import type { Io } from './io.ts';
import { printJson } from './json.ts';
import { locateStore } from './locate-store.ts';

/** What the four steering verbs have in common. */
export interface Steering extends GlobalOptions {
  readonly run: string;
  readonly reason: string | null;
}

/**
 * Gives a command to a run, in this process or through the one that is running it, and prints the recorded answer. Exit code 7
 * when the run's chart has no such transition.
 */
export async function steer(command: SignalCommand, options: Steering, io: Io): Promise<ExitCode> {
  const layout = storeLayout(locateStore(options, io).folder);
  const runId = await findRun(layout, options.run);
  const world = sessionWorld(layout);
  const nowMs = world.clock.nowMs();
  const signal: Signal = { id: world.entropy.ulid(nowMs), command, reason: options.reason, receivedAtMs: nowMs };
  const { answer, end } = await steerRun(runId, signal, world);
  if (!answer.accepted) {
    throw new UserError(exitCodes.refused, 'transition_refused', answer.message, { hint: `look at it with: stateyard show ${runId}` });
  }
  const to = end?.state ?? answer.to;
  const report: CommandAnswer = { run_id: runId, command, accepted: true, from: answer.from, to, message: advice(command, runId, to) };
  if (options.json) printJson(io, report);
  else if (!options.quiet) io.stdout(`${runId}: ${answer.from} -> ${to}\n${report.message === '' ? '' : `${report.message}\n`}`);
  return exitCodes.succeeded;
}

function advice(command: SignalCommand, runId: string, to: string): string {
  if (command === 'unpause') return `where no process is running it: stateyard resume ${runId}`;
  if (command === 'pause' && to === 'running.pausing') return 'the running steps go on to their end; then the run waits';
  return '';
}
