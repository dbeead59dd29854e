import type { ExitCode } from '../../errors.ts';
import type { Io } from '../io.ts';
import type { ApproveOptions } from '../options.ts';
import { steer } from '../steer.ts';

/** `stateyard approve RUN STEP`. */
export function run(options: ApproveOptions, io: Io): Promise<ExitCode> {
  return steer('approve', { ...options, reason: options.comment }, io);
}
