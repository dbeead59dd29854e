import type { FunctionCallLog } from './function-call-log.ts';
import type { AttemptSpec, FunctionCall } from './ports.ts';

/** A function that steps may call. What it returns are the outputs of the step; what it throws is the failure of the attempt. */
export type StepFunction = (call: StepCall<unknown>) => unknown;

/** What a function is told when a step calls it. */
export class StepCall<Input> {
  /** The step's `with`, its expressions evaluated; the same, frozen, for each attempt where it has no expressions. */
  readonly input: Input;
  readonly runId: string;
  readonly stepId: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** A ulid of this attempt alone. */
  readonly attemptId: string;
  readonly #log: FunctionCallLog;
  #aborting: AbortController | null = null;

  constructor({ action, attemptId }: AttemptSpec & { readonly action: FunctionCall }, log: FunctionCallLog) {
    this.input = action.input as Input;
    this.runId = action.runId;
    this.stepId = action.stepId;
    this.attempt = action.attempt;
    this.attemptId = attemptId;
    this.#log = log;
  }

  /** The same for every attempt of the step: by it another system knows a call that is made again. */
  get idempotencyKey(): string {
    return `${this.runId}.${this.stepId}`;
  }

  /** Aborted when the attempt is told to stop: its time is over, the run is canceled or closed. Then the function has the run's grace to come back. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Adds a line to the log of the attempt. Nothing secret belongs there: it is kept as it is. */
  get log(): (line: string) => void {
    return (line) => this.#log.write(line);
  }

  /** For the engine: tells the function to stop. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  // Made when somebody asks: most functions are over before anything could stop them.
  get #controller(): AbortController {
    return (this.#aborting ??= new AbortController());
  }
}
