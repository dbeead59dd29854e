import type { ExecutionRequest } from '../../schemas/execution-request.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import type { JsonValue, ValueType } from '../workflow/model.ts';

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

/** A call of a function of this program: what it is given, and which outputs it must come back with. */
export interface FunctionCall {
  readonly kind: 'function';
  readonly name: string;
  readonly input: JsonValue;
  readonly runId: string;
  readonly stepId: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly outputs: Readonly<Record<string, ValueType>>;
}

/** One attempt, ready to be started: everything that a tool adapter needs, with every expression resolved. */
export interface AttemptSpec {
  readonly folder: string;
  readonly action:
    | { readonly kind: 'run'; readonly script: string; readonly shell: readonly string[] | null }
    | { readonly kind: 'command'; readonly argv: readonly string[] }
    | FunctionCall;
  readonly cwd: string;
  /** Additions to the environment of this process, the STATEYARD_ variables among them. */
  readonly env: Readonly<Record<string, string>>;
  /** The ulid by which the attempt's processes are known. */
  readonly attemptId: string;
  readonly graceMs: number;
  /** The log may grow to this size before the attempt is stopped; the port's own limit where it is not given. */
  readonly logLimitBytes?: number;
  /** Files that are written into the folder before the start, by name: what the attempt is told, such as its prompt. */
  readonly files?: Readonly<Record<string, string>>;
  /** A file of the folder that is made empty before the start: where the tool writes its outputs. */
  readonly emptyFile?: string;
  /** The one of `files` that the tool reads as its standard input; empty input where it is not given. */
  readonly stdin?: string;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly endedAtMs: number;
}

/** Starts, finds and stops attempts. The real one is `src/tools`; a simulator gives processes that outlive the engine. */
export interface AttemptPort {
  /** Whether steps may call the function of that name; absent where there are no functions, as on the command line. */
  knowsFunction?(name: string): boolean;
  /** Makes ready what starts tools, so that the first start comes sooner; starts none. Absent where there is nothing to make ready. */
  prepare?(): void;
  /** Starts the tool and waits for its end. An abort ends the waiting only, never the tool. */
  start(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd>;
  /** Takes up an attempt that an earlier process recorded: its end, if it has ended; else its end when it comes; else `interrupted`. */
  reattach(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd>;
  /** Stops the attempt and all that it started; the end that it had come to by itself before, if any. */
  stop(spec: AttemptSpec): Promise<{ readonly endedByItself: AttemptEnd | null }>;
  /** The end of what an attempt has printed, at most `bytes` of it; '' where there is nothing. */
  tail(folder: string, bytes: number): Promise<string>;
  /** Stops every process of the run that is still there, within `graceMs` (1 s where it is not given); how many there were. */
  sweep(runFolder: string, graceMs?: number): Promise<number>;
}

/** A step that needs a tool for its next attempt. */
export interface RouteAsk {
  readonly runId: string;
  readonly stepId: string;
  readonly request: ExecutionRequest;
  /** Tools whose attempts are used up. */
  readonly spent: readonly string[];
  /** The tool of the attempt before: kept while nothing cuts it. */
  readonly current: string | null;
  /** For a strategy that draws: a whole number from 0 to 2 ** 32 - 1. */
  readonly seed: number;
}

/** The end of one call of a routed tool. */
export interface EndedCall {
  readonly attemptId: string;
  readonly runId: string;
  readonly stepId: string;
  readonly toolId: string;
  readonly endedAtMs: number;
  readonly durationMs: number;
  /** Whether the tool did its work, as its breaker and its figures count it; `none`: it was stopped, and nothing can be said. */
  readonly verdict: 'succeeded' | 'failed' | 'none';
  /** What the tool reports to have cost, in US dollars. */
  readonly costUsd: number | null;
}

/** A breaker that a call has moved. `reopensAt` (ISO 8601 UTC): when an open one lets a probe through. */
export interface BreakerChange {
  readonly toolId: string;
  readonly from: 'closed' | 'open' | 'half_open';
  readonly to: 'closed' | 'open' | 'half_open';
  readonly reopensAt: string | null;
}

/** What a routing has come to: the decision, and the breakers that were moved to reach it. */
export interface Routed {
  readonly decision: RouteDecision;
  readonly breakers: readonly BreakerChange[];
}

/**
 * Picks tools and keeps what all runs of a store share: slots of tools (`max_parallel`), breakers, turns, figures. One for a session. What is
 * held is held for one step of one run, and freed with the process at the latest.
 */
export interface RoutePort {
  /**
   * Picks the tool of the next attempt of a step and holds its slot (and, where its breaker is half open, its probe). Waits while every
   * tool that is left is busy; an abort ends the waiting, and then nothing is held. The decision never `waits`; without a tool nothing is held.
   */
  route(ask: RouteAsk, signal: AbortSignal): Promise<Routed>;
  /** Holds a slot of one tool for a step, beside what the step holds already; waits for it. */
  enter(step: { readonly runId: string; readonly stepId: string }, toolId: string, signal: AbortSignal): Promise<void>;
  /** Counts a call that an earlier process began, and that goes on, against its tool's `max_parallel`, as far as there is room. */
  reclaim(step: { readonly runId: string; readonly stepId: string }, toolId: string): Promise<void>;
  /** Records the end of a call, once: the same `attemptId` again changes nothing. Frees what is held for the step. */
  settle(call: EndedCall): Promise<readonly BreakerChange[]>;
  /** A call that ended well has not done its work after all (a check says so): its tool's figures count it as failed. */
  refute(call: { readonly attemptId: string; readonly toolId: string }): Promise<void>;
  /** Frees what is held for a step whose call did not come about. */
  release(step: { readonly runId: string; readonly stepId: string }): Promise<void>;
  /** Frees everything. */
  close(): Promise<void>;
}

/** Reads what a step wrote as outputs. */
export type OutputReader = (
  file: string,
  declared: Readonly<Record<string, 'string' | 'number' | 'integer' | 'boolean'>>,
) => Promise<
  | { readonly values: Readonly<Record<string, string | number | boolean | null>>; readonly undeclared: readonly string[] }
  | { readonly problems: readonly string[] }
>;
