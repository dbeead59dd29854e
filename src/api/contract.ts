/* What `import … from 'stateyard'` promises, and nothing else: this text is shipped as the library's types, so it imports nothing. docs/api.md describes it. */

/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** What a function is told when a step calls it. */
export interface StepCall<Input = JsonValue> {
  /** The step's `with`, its expressions evaluated; frozen where it has no expressions. `{}` without `with`. */
  readonly input: Input;
  readonly runId: string;
  readonly stepId: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** A ulid of this attempt alone. */
  readonly attemptId: string;
  /** The same for every attempt of the step: by it another system knows a call that is made again. */
  readonly idempotencyKey: string;
  /** Aborted when the attempt is told to stop: its time is over, the run is canceled or the yard closed. The function then has the grace of the run to come back. */
  readonly signal: AbortSignal;
  /** Adds a line to the log of the attempt. Nothing secret belongs there: it is kept as it is. */
  readonly log: (line: string) => void;
}

/** A function that steps may call. It returns the outputs of the step, those that the step declares; what it throws is the failure of the attempt. */
export type StepFunction<Input = JsonValue> = (call: StepCall<Input>) => unknown;

/** One step of a workflow that is built in code; the same keys as in a file (docs/workflow.md). */
export interface StepObject {
  readonly function?: string;
  readonly with?: Readonly<Record<string, JsonValue>>;
  readonly run?: string;
  readonly command?: readonly (string | number | boolean)[];
  readonly task?: string;
  readonly approve?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string | boolean;
  readonly timeout?: string | number;
  readonly retry?: number | Readonly<Record<string, JsonValue>>;
  readonly outputs?: Readonly<Record<string, 'string' | 'number' | 'integer' | 'boolean'>>;
  readonly continue_on_error?: boolean;
  readonly on_interrupted?: 'rerun' | 'fail';
  readonly [key: string]: JsonValue | undefined;
}

/** A workflow that is built in code: what a file says, as an object. At most 100,000 steps. */
export interface WorkflowObject {
  readonly name: string;
  readonly steps: Readonly<Record<string, StepObject>>;
  readonly [key: string]: JsonValue | Readonly<Record<string, StepObject>> | undefined;
}

/** A workflow: the path of a file, the text of one, or an object. */
export type WorkflowSource = string | { readonly text: string } | WorkflowObject;

/** What a yard is opened with. */
export interface StateyardOptions {
  /** The store, such as `.stateyard`; made where it is missing, by the first run. */
  readonly folder: string;
  /** Every event of the runs that this program carries on, in order, once it is on disk. */
  readonly onEvents?: (events: readonly RunEvent[]) => void;
  /** What went wrong beside a run, such as the store of a router that cannot be written. */
  readonly onTrouble?: (message: string) => void;
}

/** A change of a run, as its audit trail keeps it: docs/schemas/run_event.json and its place in the journal. */
export interface RunEvent {
  readonly sequence: number;
  readonly event_id: string;
  readonly run_id: string;
  readonly step_attempt_id: string | null;
  /** ISO 8601 UTC. */
  readonly ts: string;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a run is started with. */
export interface RunRequest {
  readonly workflow: WorkflowSource;
  readonly params?: Readonly<Record<string, string | number | boolean | null>>;
  /** At most this many steps at a time; default `max_parallel` of the workflow, else one a processor. */
  readonly maxParallel?: number;
  /** A ulid of your own, so that asking twice does not run twice: UserError `run_exists`. */
  readonly runId?: string;
  /** The folder in which a workflow that is no file runs its processes, and where paths begin; default the working directory. */
  readonly cwd?: string;
}

/** Where a run stands when this program has nothing left to do for it. All of it is on disk by then. */
export interface RunResult {
  readonly runId: string;
  /** `paused` and `awaiting` wait for a person; `interrupted`: the yard was closed. These three can be resumed. */
  readonly state: 'succeeded' | 'failed' | 'canceled' | 'quarantined' | 'paused' | 'awaiting' | 'interrupted';
  readonly reason: string | null;
  /** The steps that wait for an answer, where `state` is `awaiting`. */
  readonly awaiting: readonly string[];
  /** What kept the run from being put away (its database file, the index); the run itself is recorded. */
  readonly trouble: Error | null;
}

/** A run that this program is at work on. */
export interface LiveRun {
  readonly runId: string;
  /** Rejects when the run cannot be recorded any more; what was recorded can be resumed. */
  readonly finished: Promise<RunResult>;
}

/** What is recorded of a step that has started, or has ended without starting. */
export interface StepResult {
  readonly stepId: string;
  /** succeeded, failed, canceled or skipped where it is over. */
  readonly state: string;
  readonly attempts: number;
  readonly outputs: Readonly<Record<string, string | number | boolean | null>>;
  /** Why it ended as it did, as data; null where there is nothing to say. */
  readonly reason: object | null;
}

/** A person's command to a run; `step` is needed for an answer. */
export interface Command {
  readonly command: 'cancel' | 'pause' | 'unpause' | 'quarantine' | 'approve' | 'reject';
  readonly step?: string;
  readonly reason?: string;
}

/** The recorded answer to a command: whether the run's chart had that transition, and where the run stands now. */
export interface CommandAnswer {
  readonly accepted: boolean;
  readonly state: string;
  readonly message: string;
}

/**
 * Runs workflows whose steps call functions of this program, beside processes, tasks and questions, durably in a store. A mistake of the caller is a
 * {@link UserError}, and then nothing was stored.
 */
export interface Stateyard {
  /** Makes a function known by the name that steps give in `function:`. UserError `function_name` for a bad name, or one that is taken. */
  register<Input = JsonValue>(name: string, step: StepFunction<Input>): void;
  /** Starts a run; resolves when it is open, and carries it on from there. UserError where the workflow or its parameters are wrong. */
  start(request: RunRequest): Promise<LiveRun>;
  /** Starts a run and waits for its end. A run that fails is a result, no exception. */
  run(request: RunRequest): Promise<RunResult>;
  /** Takes up a run that was interrupted, or waited for an answer, and carries it to its end. UserError `run_owned`, `run_ended`, `function_not_registered`. */
  resume(runId: string): Promise<RunResult>;
  /** Gives a command to a run, whoever is at work on it; one that nobody is at work on has to be resumed after an answer. */
  command(runId: string, command: Command): Promise<CommandAnswer>;
  /** What is recorded of the steps of a run, in the order of the workflow. */
  steps(runId: string): Promise<readonly StepResult[]>;
  /** Stops what runs, each with the grace of its run, and lets all runs go: they are `interrupted` and can be resumed. */
  close(): Promise<void>;
}

/** One mistake in a workflow, at a place. Lines and columns count from 1. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A mistake of the caller: nothing was stored or started. */
export declare class UserError extends Error {
  private constructor();
  readonly code: string;
  readonly hint: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Opens a yard on a store. Nothing is read or made yet. Close it when you are done. */
export declare function openStateyard(options: StateyardOptions): Promise<Stateyard>;
