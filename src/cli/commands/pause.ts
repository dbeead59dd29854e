import type { ExitCode } from '../../errors.ts';
import type { Io } from '../io.ts';
import type { PauseOptions } from '../options.ts';
import { steer } from '../steer.ts';

/** `stateyard pause RUN`. */
export function run(options: PauseOptions, io: Io): Promise<ExitCode> {
  return steer('pause', { ...options, reason: null, step: null }, io);
}
