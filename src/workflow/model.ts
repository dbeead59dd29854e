import type { RunId, StepId } from '../../schemas/ids.ts';
import type { PromptSection } from '../../schemas/prompt-instance.ts';
import type { Budget } from '../../schemas/router-config.ts';
import type { Classification, PhaseConstraints, ResourceScope, Strategy } from '../../schemas/work.ts';
import type { WorkstreamSpec } from '../../schemas/workstream-spec.ts';

/** A scalar that a parameter, an output or an expression may have. */
export type Value = string | number | boolean | null;

/** The declared type of a parameter or an output. */
export type ValueType = 'string' | 'number' | 'integer' | 'boolean';

/** One parameter of a workflow, as declared. A parameter without a default is required. */
export interface ParamSpec {
  readonly type: ValueType;
  readonly description: string | null;
  readonly default: Value | undefined;
  readonly pattern: string | null;
  readonly enum: readonly Value[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** An expression of GitHub's language, compiled and checked when the file was loaded. `source` is the text between `${{` and `}}`. */
export interface Expression {
  readonly source: string;
  /** Throws ExpressionEvaluationError of `@actions/expressions` when the values do not fit. */
  evaluate(context: ExpressionContext): Value;
}

/** A text with expressions in it, in order; a plain text is one string piece. */
export type Template = readonly (string | Expression)[];

/** What expressions can see. `status` answers success(), failure(), cancelled(); always() is true. */
export interface ExpressionContext {
  readonly params: Readonly<Record<string, Value>>;
  readonly env: Readonly<Record<string, string>>;
  readonly steps: Readonly<Record<string, { readonly outputs: Readonly<Record<string, Value>>; readonly state: StepEndState }>>;
  readonly run: { readonly id: RunId; readonly workflow: string };
  readonly status: { readonly success: boolean; readonly failure: boolean; readonly cancelled: boolean };
}

/** How a step can have ended. */
export type StepEndState = 'succeeded' | 'failed' | 'canceled' | 'skipped';

/** An `if:`. When `readsStatus` (it calls success(), failure(), cancelled() or always()) it replaces the rule that all needs succeeded. */
export interface Condition extends Expression {
  readonly readsStatus: boolean;
}

/** When a failed attempt is tried again, and how long after. Delays in milliseconds; `attempts` counts the first one. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly backoff: 'fixed' | 'exponential';
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
  /** Exit codes that are tried again; null: every failure but a spawn failure. */
  readonly onExitCodes: readonly number[] | null;
}

/** Something that is executed. `run`: a script file given to a shell, expressions replaced by variables of the environment; `command`: argv, no shell. */
export type ExecutedAction =
  | {
      readonly kind: 'run';
      /** The script with every expression replaced by a reference to its variable (`${STATEYARD_EXPR_1}`). */
      readonly script: string;
      /** The variables that `script` refers to, by name. */
      readonly expressions: Readonly<Record<string, Expression>>;
      /** argv before the script's path; null: `bash -euo pipefail`, or `sh -eu` where there is no bash. */
      readonly shell: readonly string[] | null;
    }
  | { readonly kind: 'command'; readonly argv: readonly Template[] };

/** A piece of work for a tool that the router picks, as its file declares it; what the file does not say is null or empty. */
export interface TaskDeclaration {
  readonly taskKind: string;
  /** With defaults: moderate, no risk tier (''), no domain (''), normal. */
  readonly classification: Classification;
  /** What the task itself says; phase and workstream are laid over it later. */
  readonly resourceScope: ResourceScope | null;
  readonly constraints: PhaseConstraints | null;
  readonly strategy: Strategy | null;
  readonly allowedTools: readonly string[] | null;
  readonly preferredTools: readonly string[];
  /** Attempts with one tool; null: as the router configuration says. */
  readonly maxAttempts: number | null;
  readonly correlationId: string | null;
  readonly traceFlags: readonly string[];
  /** The id of the template that the sections come from. */
  readonly templateId: string;
  /** The sections that are given, as templates; OBJECTIVE is always there. */
  readonly prompt: Readonly<Partial<Record<PromptSection, Template>>>;
}

/** A check of what a step did: it must succeed (`required`), or its failure is only noted. */
export interface StepCheck {
  /** Unique within the step; letters, digits, `_`, `.` and `-`, at most 100, so that it can be part of the name of a file. */
  readonly id: string;
  readonly required: boolean;
  readonly action: ExecutedAction;
}

/** A JSON value with templates for its texts; what an expression stands for is text, save where the template is that one expression. */
export type ValueTemplate =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'list'; readonly items: readonly ValueTemplate[] }
  | { readonly kind: 'mapping'; readonly entries: readonly (readonly [string, ValueTemplate])[] };

/** A value that JSON can hold. */
export type JsonValue = Value | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A function of the program that runs the workflow, by the name it is registered with, and its input. */
export interface FunctionAction {
  readonly kind: 'function';
  readonly name: string;
  readonly input: ValueTemplate;
}

/** What a step does: something executed, a function of this program, a task for the router, or (`approve`) a question to a person. */
export type StepAction =
  | ExecutedAction
  | FunctionAction
  | { readonly kind: 'task'; readonly task: TaskDeclaration }
  | {
      /** A question to a person; {@link Step.timeoutMs} bounds the wait for the answer. */
      readonly kind: 'approve';
      readonly question: Template;
      /** The answer that counts when none has come in time. */
      readonly byDefault: 'approve' | 'reject';
    };

/** One step, checked: every default filled in, every duration in milliseconds, every name known. */
export interface Step {
  readonly id: StepId;
  /** Its position in {@link Workflow.steps}. */
  readonly index: number;
  readonly action: StepAction;
  readonly needs: readonly StepId[];
  /** Steps that must have ended before, however they ended; not among `needs`. */
  readonly after: readonly StepId[];
  /** What is started first where several steps are ready. */
  readonly priority: Classification['priority'];
  readonly if: Condition | null;
  readonly env: Readonly<Record<string, Template>>;
  readonly workingDirectory: Template | null;
  /** Bound of one attempt. */
  readonly timeoutMs: number | null;
  /** Bound of all attempts together, with the waits between them. */
  readonly stepTimeoutMs: number | null;
  /** The log of an attempt may grow to this size before the attempt is stopped. */
  readonly logLimitBytes: number;
  readonly retry: RetryPolicy;
  /** They decide whether the step succeeded, not the word of its tool; in order. */
  readonly checks: readonly StepCheck[];
  readonly outputs: Readonly<Record<string, ValueType>>;
  readonly continueOnError: boolean;
  readonly onInterrupted: 'rerun' | 'fail';
  /** Where the step's id stands in the file, 1-based. */
  readonly position: { readonly line: number; readonly column: number };
}

/** What kind of document a workflow was made from. */
export type DocumentKind = 'workflow' | 'workstream_spec' | 'task_spec' | 'phase_spec';

/** A workflow file that passed every check. Frozen; always derived from the source text, so that a stored text gives it again. */
export interface Workflow {
  readonly document: DocumentKind;
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly env: Readonly<Record<string, Template>>;
  readonly workingDirectory: Template | null;
  readonly maxParallel: number | null;
  readonly timeoutMs: number | null;
  /** How long a step that is told to stop has before it is killed. */
  readonly stopGraceMs: number;
  readonly onFailure: 'fail_fast' | 'continue' | 'escalate';
  /** Bounds of what the run may spend; null: none in this file. */
  readonly budget: Budget | null;
  /** The workstream that the file is; null for every other file. */
  readonly workstream: WorkstreamSpec | null;
  readonly steps: readonly Step[];
}

/** A frozen, acyclic plan over step positions (indexes into {@link Workflow.steps}). */
export interface Plan {
  readonly ids: readonly StepId[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Position -> the positions of its `needs`, then of its `after`. */
  readonly needs: readonly (readonly number[])[];
  readonly dependants: readonly (readonly number[])[];
  /** Position -> length in steps of the longest chain from it to an end, itself included: what the critical path is made of. */
  readonly height: readonly number[];
  /** Groups that may run side by side, first to last. */
  readonly levels: readonly (readonly number[])[];
  /** One longest chain, first to last. */
  readonly criticalPath: readonly number[];
}
