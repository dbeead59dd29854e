import type { InspectReport } from '../../../schemas/cli/inspect-report.ts';
import { exitCodes, UserError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { InspectionServer } from '../../inspect/inspection-server.ts';
import type { Pace } from '../../inspect/pace.ts';
import { secretsAmong } from '../../inspect/redact.ts';
import { replayRun } from '../../inspect/replay-run.ts';
import { readStoredRun } from '../../inspect/stored-run.ts';
import { startFollowing } from '../following.ts';
import type { Io } from '../io.ts';
import { printJsonLine } from '../json.ts';
import { withRun } from '../open-run.ts';
import type { InspectOptions } from '../options.ts';

/** The highest number of a TCP port. */
const highestPort = 65_535;

/** `stateyard inspect RUN`: replays a run to the Stately inspector, or prints its inspection events. */
export async function run(options: InspectOptions, io: Io): Promise<ExitCode> {
  refuseWrongUse(options);
  const events = await withRun(options, io, async (history) => {
    const stored = readStoredRun(history);
    return replayRun(stored, secretsAmong([...Object.entries(io.env), ...stored.named]));
  });
  if (!options.json) return await serve(events, options, io);
  for (const event of events) {
    if (io.outputClosed.aborted) break;
    printJsonLine(io, event);
  }
  return exitCodes.succeeded;
}

function refuseWrongUse({ stately, json, port, speed, step, once }: InspectOptions): void {
  if (stately === json)
    throw wrongUse(stately ? '--stately serves and --json prints: give one of them' : 'say where to: --stately or --json');
  const others = { port: port !== null, speed: speed !== null, step, once };
  const idle = Object.entries(others).find(([, given]) => given && json);
  if (idle !== undefined) throw wrongUse(`--${idle[0]} belongs to --stately`);
  if (speed !== null && step) throw wrongUse('--speed and --step exclude each other');
  if (port !== null && port > highestPort)
    throw wrongUse(`--port takes a number up to ${String(highestPort)}, not ${String(port)}`);
}

function wrongUse(message: string): UserError {
  return new UserError(exitCodes.usage, 'usage', message, { hint: 'stateyard help inspect' });
}

/** Serves until a signal comes or, with `--once`, until one client has got all of it. */
async function serve(events: readonly InspectReport[], options: InspectOptions, io: Io): Promise<ExitCode> {
  const following = startFollowing(io);
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const onPlayed = (): void => {
    if (options.once) stop();
  };
  const server = new InspectionServer({ events, pace: paceOf(options), port: options.port ?? 0, onPlayed });
  try {
    io.stdout(`${await server.listen()}\n`);
    if (!options.quiet) io.stderr('open this address in a browser; Ctrl-C ends the serving\n');
    following.signal.addEventListener('abort', stop);
    if (!following.signal.aborted) await stopped;
    await server.close();
    return following.stoppedWith() ?? exitCodes.succeeded;
  } finally {
    following.dispose();
  }
}

function paceOf({ speed, step }: InspectOptions): Pace {
  if (step) return { kind: 'byHand' };
  return speed === null ? { kind: 'atOnce' } : { kind: 'timed', factor: speed };
}
