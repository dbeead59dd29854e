import type { RunEvent } from '../../../schemas/run-event.ts';
import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { startChangeFeed } from '../../history/change-feed.ts';
import { followRun } from '../../history/follow-run.ts';
import type { RunHistory } from '../../history/run-history.ts';
import { isOwned } from '../../store/owner-lock.ts';
import type { StoreReader } from '../../store/reader.ts';
import { eventLine } from '../event-line.ts';
import { startFollowing } from '../following.ts';
import type { Io } from '../io.ts';
import { printJson, printJsonLine } from '../json.ts';
import { outputLook } from '../look.ts';
import { withRun } from '../open-run.ts';
import type { EventsOptions } from '../options.ts';

/** `stateyard events RUN`: prints the audit trail; with `--follow` until the run has ended or has no process any more. */
export function run(options: EventsOptions, io: Io): Promise<ExitCode> {
  return withRun(options, io, async (history) => {
    if (options.follow) return await follow(history, options, io);
    const events = history.events(0).map((event) => event.document);
    if (options.json) printJson(io, events);
    else for (const event of events) io.stdout(eventLine(event, outputLook(io).color));
    return exitCodes.succeeded;
  });
}

async function follow(history: RunHistory<StoreReader>, options: EventsOptions, io: Io): Promise<ExitCode> {
  const { color } = outputLook(io);
  const print = (event: RunEvent): void => (options.json ? printJsonLine(io, event) : io.stdout(eventLine(event, color)));
  const following = startFollowing(io);
  try {
    const feed = startChangeFeed(history.reader, following.signal);
    const parts = { isOwned: () => isOwned(history.folder), feed, signal: following.signal };
    const end = await followRun(history, (events) => events.forEach((event) => print(event.document)), 0, parts);
    if (end === 'unowned' && !options.quiet)
      io.stderr(`no process is running ${history.runId} any more: stateyard resume ${history.runId}\n`);
    return following.stoppedWith() ?? exitCodes.succeeded;
  } finally {
    following.dispose();
  }
}
