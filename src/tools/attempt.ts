/** The door to subprocess attempts: start one, find one again after a crash, stop one, sweep what a run left behind. */
export type { AttemptAction, AttemptEnd, AttemptSpec } from './attempt-spec.ts';
export { reattachAttempt } from './reattach-attempt.ts';
export { startAttempt } from './start-attempt.ts';
export { stopAttempt } from './stop-attempt.ts';
export { sweepRun } from './sweep-run.ts';
export { prepareLaunchers as prepareAttempts } from './launchers.ts';
