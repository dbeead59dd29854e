import { exitCodes } from '../../errors.ts';

/** The ways in which a command that carries a run to its end can end itself, in the words of the help texts. */
export const endOfRun = [
  { code: exitCodes.succeeded, meaning: 'the run succeeded' },
  { code: exitCodes.failed, meaning: 'the run failed' },
  { code: exitCodes.waitsForPerson, meaning: 'the run is paused or waits for an answer, and nothing else can proceed' },
  { code: exitCodes.quarantined, meaning: 'the run was quarantined' },
  { code: exitCodes.canceled, meaning: 'the run was canceled' },
] as const;

/** What every verb that can be interrupted by a signal adds. */
export const interrupted = [
  { code: exitCodes.interrupted, meaning: 'interrupted by SIGINT; the run can be resumed' },
  { code: exitCodes.terminated, meaning: 'interrupted by SIGTERM; the run can be resumed' },
] as const;

/** What every verb that follows a run adds: the run itself is not touched. */
export const followingEnded = { code: exitCodes.interrupted, meaning: 'following was ended by Ctrl-C; the run goes on' } as const;

/** The plain good end. */
export const done = { code: exitCodes.succeeded, meaning: 'done' } as const;

/** No run, or more than one, answers to RUN. */
export const runNotFound = { code: exitCodes.notFound, meaning: 'there is no such run, or more than one' } as const;
