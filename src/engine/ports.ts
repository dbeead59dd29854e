import type { Outcome } from '../../schemas/outcome.ts';

/** What the engine may know of the world's time, given at the edge so that a simulator can give another. */
export interface Clock {
  /** Wall clock in milliseconds since 1970; may jump in either direction. */
  nowMs(): number;
  /** Monotonic milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Calls back once after `delayMs` of monotonic time; the returned function takes the call back. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Identifiers and random numbers. */
export interface Entropy {
  /** A new ulid at `nowMs`, greater than every one given before by this process. */
  ulid(nowMs: number): string;
  /** Uniform in [0, 1). */
  random(): number;
}

/** One attempt, ready to be started: everything that a tool adapter needs, with every expression resolved. */
export interface AttemptSpec {
  readonly folder: string;
  readonly action:
    | { readonly kind: 'run'; readonly script: string; readonly shell: readonly string[] | null }
    | { readonly kind: 'command'; readonly argv: readonly string[] };
  readonly cwd: string;
  /** Additions to the environment of this process, the STATEYARD_ variables among them. */
  readonly env: Readonly<Record<string, string>>;
  /** The ulid by which the attempt's processes are known. */
  readonly attemptId: string;
  readonly graceMs: number;
  /** The log may grow to this size before the attempt is stopped; the port's own limit where it is not given. */
  readonly logLimitBytes?: number;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly endedAtMs: number;
}

/** Starts, finds and stops attempts. The real one is `src/tools`; a simulator gives processes that outlive the engine. */
export interface AttemptPort {
  /** Starts the tool and waits for its end. An abort ends the waiting only, never the tool. */
  start(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd>;
  /** Takes up an attempt that an earlier process recorded: its end, if it has ended; else its end when it comes; else `interrupted`. */
  reattach(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd>;
  /** Stops the attempt and all that it started; the end that it had come to by itself before, if any. */
  stop(spec: AttemptSpec): Promise<{ readonly endedByItself: AttemptEnd | null }>;
  /** Stops every process of the run that is still there, within `graceMs` (1 s where it is not given); how many there were. */
  sweep(runFolder: string, graceMs?: number): Promise<number>;
}

/** Reads what a step wrote as outputs. */
export type OutputReader = (
  file: string,
  declared: Readonly<Record<string, 'string' | 'number' | 'integer' | 'boolean'>>,
) => Promise<
  | { readonly values: Readonly<Record<string, string | number | boolean | null>>; readonly undeclared: readonly string[] }
  | { readonly problems: readonly string[] }
>;
