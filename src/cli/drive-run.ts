import { join } from 'node:path';
import { exitCodes, type ExitCode } from '../errors.ts';
import type { EngineEnd } from '../engine/engine.ts';
import { attemptName } from '../engine/loaded-run.ts';
import type { RunEventRow } from '../engine/run-event.ts';
import { runRecordOf } from '../engine/run-record.ts';
import type { RunSession, SessionWorld } from '../engine/session.ts';
import { fileOutputs, subprocessAttempts } from '../engine/subprocess-attempts.ts';
import { systemClock, systemEntropy } from '../engine/system-ports.ts';
import { readLogTail } from '../logs/read-log.ts';
import type { StoreLayout } from '../store/layout.ts';
import type { GlobalOptions } from './command.ts';
import type { Io } from './io.ts';
import { printJsonLine } from './json.ts';
import { letNurseryGrow } from './heap.ts';
import { progressOutput } from './progress-output.ts';
import { pickMode, useColor } from './render/mode.ts';
import { createRenderer, type Renderer } from './render/renderer.ts';
import type { RunEvent } from './render/run-event.ts';
import { summarise, type RunStanding } from './render/summary.ts';

/** The exit code of `run` and `resume` by how the run stands (docs/cli.md). */
const codes: Readonly<Record<EngineEnd['state'], ExitCode>> = {
  succeeded: exitCodes.succeeded,
  failed: exitCodes.failed,
  canceled: exitCodes.canceled,
  quarantined: exitCodes.quarantined,
  paused: exitCodes.waitsForPerson,
  awaiting: exitCodes.waitsForPerson,
};

/** The real world for a session; its events go to `onEvents`. */
export function sessionWorld(
  layout: StoreLayout,
  onEvents: SessionWorld['onEvents'] = () => undefined,
  onTrouble: (message: string) => void = () => undefined,
): SessionWorld {
  return {
    layout,
    clock: systemClock,
    entropy: systemEntropy(),
    attempts: subprocessAttempts,
    readOutputs: fileOutputs,
    openRoutes: async ({ routing }) => (await import('../routing/open-routes.ts')).openRoutes(layout, routing, onTrouble),
    onEvents,
  };
}

/**
 * Opens a session and carries its run on, showing its progress as the options and the terminal say, until it ends, waits for a
 * person or a signal stops this process. The exit code says which.
 */
export async function driveRun(
  options: GlobalOptions,
  io: Io,
  place: { readonly layout: StoreLayout; readonly open: (world: SessionWorld) => Promise<RunSession> },
): Promise<ExitCode> {
  letNurseryGrow();
  let show: (events: readonly RunEventRow[]) => void = () => undefined;
  const warn = (message: string): void => io.stderr(`stateyard: ${message}\n`);
  const session = await place.open(sessionWorld(place.layout, (events) => show(events), warn));
  const renderer = startRenderer(options, io, session);
  show = (events) => {
    for (const event of events) renderer.event(documentOf(event));
  };
  const watch = watchSignals(io, session, renderer);
  try {
    const ended = await Promise.race([session.carryOn(), watch.interrupted]);
    renderer.close();
    warnOfTrouble(io, session);
    return conclude(ended, { options, io, session, renderer });
  } finally {
    watch.dispose();
    renderer.close();
  }
}

type Interruption = { readonly signal: 'SIGINT' | 'SIGTERM' };

interface Driven {
  readonly options: GlobalOptions;
  readonly io: Io;
  readonly session: RunSession;
  readonly renderer: Renderer;
}

function conclude(ended: EngineEnd | Interruption, { options, io, session, renderer }: Driven): ExitCode {
  const standing: RunStanding = 'signal' in ended ? 'interrupted' : ended.state;
  const reason = 'signal' in ended ? null : ended.reason;
  const awaiting = 'signal' in ended ? [] : ended.awaiting;
  if (options.json) printJsonLine(io, runRecordOf(session.row));
  else if (!options.quiet || standing !== 'succeeded') {
    const color = useColor({ env: io.env, isTTY: io.stderrIsTTY });
    io.stderr(summarise(renderer.figures(), { standing, reason, awaiting, color }));
  }
  if ('signal' in ended) return ended.signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
  return codes[ended.state];
}

/** How the run ended is on disk by then; what could not be written is only what other programs read. */
function warnOfTrouble(io: Io, session: RunSession): void {
  const { trouble } = session;
  if (trouble === null) return;
  io.stderr(
    `stateyard: the run is recorded, but could not be put away: ${trouble.message}\n  later: stateyard resume ${session.run.runId}\n`,
  );
}

function startRenderer(options: GlobalOptions, io: Io, session: RunSession): Renderer {
  const { run } = session;
  const mode = pickMode({ json: options.json, quiet: options.quiet, isTTY: io.stderrIsTTY, env: io.env });
  return createRenderer({
    mode,
    plan: { workflowName: run.workflow.name, runId: run.runId, totalSteps: run.plan.ids.length, stepIds: run.plan.ids },
    out: progressOutput(io, mode === 'json'),
    color: useColor({ env: io.env, isTTY: io.stderrIsTTY }),
    clock: systemClock,
    readTail: ({ stepId, number, checkRun }, bounds) =>
      readLogTail(join(run.folder, 'attempts', attemptName(stepId, number, checkRun), 'log'), bounds),
    history: history(session),
  });
}

/** What had happened before this process took the run up, as far as progress shows it. */
function* history(session: RunSession): Generator<RunEvent> {
  const { row, run, endedBefore } = session;
  const event = (kind: string, ts: string, payload: object): RunEvent => ({
    event_id: '',
    run_id: run.runId,
    step_attempt_id: null,
    ts,
    kind,
    payload,
  });
  if (row.startedAt !== null) yield event('run_started', row.startedAt, { from: 'pending', to: 'running.active' });
  for (const step of endedBefore) {
    yield event('step_state_changed', new Date(step.endedAtMs).toISOString(), {
      step_id: step.stepId,
      from: null,
      to: step.end,
      attempts: step.attempts,
      ...(step.reason === null ? {} : { reason: step.reason }),
      ...(step.startedAtMs === null ? {} : { duration_ms: Math.max(0, step.endedAtMs - step.startedAtMs) }),
    });
  }
}

/** The event as a document: its place in the journal is not part of it. */
function documentOf({ sequence: _sequence, ...document }: RunEventRow): RunEvent {
  return document;
}

/** The first signal stops the tools and leaves the run to be resumed; the second does not wait for the tools' grace. */
function watchSignals(
  io: Io,
  session: RunSession,
  renderer: Renderer,
): { readonly interrupted: Promise<Interruption>; dispose(): void } {
  let stopping = false;
  let dispose = (): void => undefined;
  const interrupted = new Promise<Interruption>((resolve, reject) => {
    dispose = io.onSignal((signal) => {
      if (stopping) {
        void session.killNow().finally(() => resolve({ signal }));
        return;
      }
      stopping = true;
      renderer.close();
      io.stderr(`stateyard: ${signal}: stopping the running steps; once more stops them at once\n`);
      session.interrupt(signal).then((done) => {
        if (done) resolve({ signal });
      }, reject);
    });
  });
  return { interrupted, dispose: () => dispose() };
}
