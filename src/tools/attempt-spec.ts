import type { Outcome } from '../../schemas/outcome.ts';

/** What an attempt executes: a script given to a shell, or a program with its arguments and no shell. */
export type AttemptAction =
  | {
      readonly kind: 'run';
      readonly script: string;
      /** argv before the script's path; null: `bash -euo pipefail`, or `sh -eu` where there is no bash on PATH. */
      readonly shell: readonly string[] | null;
    }
  | { readonly kind: 'command'; readonly argv: readonly string[] };

/** Everything that starting, finding again and stopping one attempt needs; the same value serves all three, also after a crash. */
export interface AttemptSpec {
  /** A folder of this attempt alone; made (0700) where it is missing. Holds log, pid, exit, script, stop. */
  readonly folder: string;
  readonly action: AttemptAction;
  /** The working directory; it must exist. */
  readonly cwd: string;
  /** Added to the environment of this process; carries the STATEYARD_* variables of the attempt. */
  readonly env: Readonly<Record<string, string>>;
  /** A ulid, unique for ever: the mark by which the attempt's processes are found. */
  readonly attemptId: string;
  /** How long after SIGTERM comes SIGKILL. */
  readonly graceMs: number;
  /** The log may grow to this size before the attempt is stopped; {@link defaultLogLimitBytes} where it is not given. */
  readonly logLimitBytes?: number;
  /** Files that are written into the folder (0600) before the start, by name; not one of the names of the folder's own files. */
  readonly files?: Readonly<Record<string, string>>;
  /** A file of the folder that is made empty (0600) before the start: where the tool writes its outputs. */
  readonly emptyFile?: string;
  /** The one of `files` that the tool reads as its standard input; empty input where it is not given. */
  readonly stdin?: string;
}

/** One gibibyte: beyond this a log serves nobody, and a tool that writes for ever must not fill the disk. */
export const defaultLogLimitBytes = 2 ** 30;

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  /** Wall clock in milliseconds since 1970 at the tool's own end, also when it was learnt much later. */
  readonly endedAtMs: number;
  /** False when it is certain that not one instruction of the tool was executed. */
  readonly toolStarted: boolean;
  /** True when the end was already on disk before anybody waited for it (after a crash, or when a stop came too late). */
  readonly alreadyEnded: boolean;
  /** Processes of the attempt that could not be stopped: not ours to signal, or stuck in the kernel. Nearly always empty. */
  readonly survivors: readonly number[];
}
