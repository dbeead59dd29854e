import type { ExitCode } from '../../errors.ts';
import type { Io } from '../io.ts';
import type { RejectOptions } from '../options.ts';
import { steer } from '../steer.ts';

/** `stateyard reject RUN STEP`. */
export function run(options: RejectOptions, io: Io): Promise<ExitCode> {
  return steer('reject', { ...options, reason: options.comment }, io);
}
