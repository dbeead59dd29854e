import type { ExitCode } from '../../errors.ts';
import type { Io } from '../io.ts';
import type { QuarantineOptions } from '../options.ts';
import { steer } from '../steer.ts';

/** `stateyard quarantine RUN`. */
export function run(options: QuarantineOptions, io: Io): Promise<ExitCode> {
  return steer('quarantine', { ...options, step: null }, io);
}
