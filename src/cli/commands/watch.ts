import { join } from 'node:path';
import type { RunRecord } from '../../../schemas/run-record.ts';
import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { startChangeFeed } from '../../history/change-feed.ts';
import { followRun } from '../../history/follow-run.ts';
import type { FollowEnd } from '../../history/follow-run.ts';
import type { RunHistory } from '../../history/run-history.ts';
import { shownState } from '../../history/run-state.ts';
import { attemptName } from '../../engine/loaded-run.ts';
import { systemClock } from '../../engine/system-ports.ts';
import { readLogTail } from '../../logs/read-log.ts';
import { isOwned } from '../../store/owner-lock.ts';
import type { StoreReader } from '../../store/reader.ts';
import { startFollowing } from '../following.ts';
import type { Io } from '../io.ts';
import { printJsonLine } from '../json.ts';
import { withRun } from '../open-run.ts';
import type { WatchOptions } from '../options.ts';
import { progressOutput } from '../progress-output.ts';
import { pickMode, useColor } from '../render/mode.ts';
import { createRenderer } from '../render/renderer.ts';
import type { Renderer } from '../render/renderer.ts';
import { summarise } from '../render/summary.ts';
import type { RunStanding } from '../render/summary.ts';

const exitCodeOf: Readonly<Record<RunStanding, ExitCode>> = {
  succeeded: exitCodes.succeeded,
  failed: exitCodes.failed,
  canceled: exitCodes.canceled,
  quarantined: exitCodes.quarantined,
  paused: exitCodes.waitsForPerson,
  awaiting: exitCodes.waitsForPerson,
  interrupted: exitCodes.refused,
};

/** `stateyard watch RUN`: shows a run of another process to its end, and ends with its exit code. */
export function run(options: WatchOptions, io: Io): Promise<ExitCode> {
  return withRun(options, io, async (history) => {
    const following = startFollowing(io);
    // A program gets the whole feed; a person what happens from now on, with the figures of what was before.
    const from = options.json ? 0 : history.lastSequence();
    const renderer = startRenderer(history, options, io);
    try {
      const end = await show(history, renderer, { signal: following.signal, from });
      if (end === 'stopped') return following.stoppedWith() ?? exitCodes.succeeded;
      return finish(history, renderer, options, io);
    } finally {
      renderer.close();
      following.dispose();
    }
  });
}

function startRenderer(history: RunHistory<StoreReader>, options: WatchOptions, io: Io): Renderer {
  const mode = pickMode({ json: options.json, quiet: options.quiet, isTTY: io.stderrIsTTY, env: io.env });
  return createRenderer({
    mode,
    plan: {
      workflowName: history.definition().workflowName,
      runId: history.runId,
      totalSteps: history.stepsTotal(),
      stepIds: history.steps().map((step) => step.stepId),
    },
    ...(mode === 'json' ? {} : { history: history.events(0).map((event) => event.document) }),
    out: progressOutput(io, mode === 'json'),
    color: useColor({ env: io.env, isTTY: io.stderrIsTTY }),
    clock: systemClock,
    readTail: ({ stepId, number, checkRun }, bounds) =>
      readLogTail(join(history.folder, 'attempts', attemptName(stepId, number, checkRun), 'log'), bounds),
  });
}

async function show(
  history: RunHistory<StoreReader>,
  renderer: Renderer,
  { signal, from }: { readonly signal: AbortSignal; readonly from: number },
): Promise<FollowEnd> {
  const parts = { isOwned: () => isOwned(history.folder), feed: startChangeFeed(history.reader, signal), signal };
  return await followRun(history, (events) => events.forEach((event) => renderer.event(event.document)), from, parts);
}

function finish(history: RunHistory, renderer: Renderer, options: WatchOptions, io: Io): ExitCode {
  renderer.close();
  const record = history.run();
  const standing = shownState(record.state, history.chart().state, false) as RunStanding;
  if (options.json) printJsonLine(io, record);
  else if (!options.quiet) {
    const color = useColor({ env: io.env, isTTY: io.stderrIsTTY });
    const figures = { ...renderer.figures(), ...(record.ended_at === null ? {} : { elapsedMs: tookMs(record) }) };
    io.stderr(summarise(figures, { standing, reason: record.state_reason, awaiting: asking(history), color }));
  }
  return exitCodeOf[standing];
}

/** The steps that wait for an answer. */
function asking(history: RunHistory): string[] {
  return history.steps().flatMap((step) => (step.state === 'awaitingApproval' ? [step.stepId] : []));
}

/** The run may have ended long before it is watched. */
function tookMs({ started_at: started, ended_at: ended }: RunRecord): number | null {
  return started === null || ended === null ? null : Date.parse(ended) - Date.parse(started);
}
