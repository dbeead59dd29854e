import type { Clock } from '../../engine/ports.ts';
import type { LogTail, TailBounds } from '../../logs/tail-lines.ts';
import type { Output } from './output.ts';
import type { RunEvent } from './run-event.ts';
import type { Change, RunProgress } from './run-progress.ts';

/** Which output is meant: that of an attempt of a step, or (`checkRun`) that of a check of it. */
export interface ShownAttempt {
  readonly stepId: string;
  readonly number: number;
  readonly checkRun: number | null;
}

/** Reads the end of the log of one attempt; may throw, which is shown instead of the log. */
export type ReadTail = (attempt: ShownAttempt, bounds: TailBounds) => LogTail;

/** What every display is made of. `write` never throws; `out` is asked for the terminal's size alone. */
export interface DisplayParts {
  readonly progress: RunProgress;
  readonly out: Output;
  readonly write: (text: string) => void;
  readonly color: boolean;
  readonly clock: Clock;
  readonly readTail: ReadTail;
}

/** One way to show a run. `show` gets every event with the change it made to the progress, null when that is none. */
export interface Display {
  show(change: Change | null, event: RunEvent): void;
  /** Shows what is pending and gives the terminal back. Called once. */
  close(): void;
}
