import type { ExitCode } from '../../errors.ts';
import type { Io } from '../io.ts';
import type { CancelOptions } from '../options.ts';
import { steer } from '../steer.ts';

/** `stateyard cancel RUN`. */
export function run(options: CancelOptions, io: Io): Promise<ExitCode> {
  return steer('cancel', { ...options, step: null }, io);
}
