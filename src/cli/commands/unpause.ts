import type { ExitCode } from '../../errors.ts';
import type { Io } from '../io.ts';
import type { UnpauseOptions } from '../options.ts';
import { steer } from '../steer.ts';

/** `stateyard unpause RUN`. */
export function run(options: UnpauseOptions, io: Io): Promise<ExitCode> {
  return steer('unpause', { ...options, reason: null, step: null }, io);
}
