import { exitCodes } from '../errors.ts';
import type { ExitCode } from '../errors.ts';
import type { Io } from './io.ts';

/** The ends that the world can put to a verb that follows a run: Ctrl-C, TERM, or nobody reads the output any more. */
export interface Following {
  readonly signal: AbortSignal;
  /** The exit code of what stopped the following; null while nothing has. */
  readonly stoppedWith: () => ExitCode | null;
  /** Gives the signals back. */
  readonly dispose: () => void;
}

/** Starts to listen; to be disposed. */
export function startFollowing(io: Io): Following {
  const controller = new AbortController();
  let exitCode: ExitCode | null = null;
  const stop = (code: ExitCode): void => {
    exitCode ??= code;
    controller.abort();
  };
  const closed = (): void => stop(exitCodes.succeeded);
  if (io.outputClosed.aborted) closed();
  io.outputClosed.addEventListener('abort', closed);
  const forget = io.onSignal((signal) => stop(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated));
  return {
    signal: controller.signal,
    stoppedWith: () => exitCode,
    dispose: () => {
      forget();
      io.outputClosed.removeEventListener('abort', closed);
    },
  };
}
