import type { Refusal } from '../schemas/cli/error-report.ts';

/** Exit codes of the command line (docs/cli.md). Scripts rely on them. */
export const exitCodes = {
  succeeded: 0,
  failed: 1,
  usage: 2,
  invalidDefinition: 3,
  notFound: 4,
  waitsForPerson: 5,
  quarantined: 6,
  refused: 7,
  canceled: 8,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One mistake in a file, at a place. Lines and columns are 1-based; `endColumn` is exclusive and on `line`. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** The line before `line` (null at the top of the file) and the line itself, for the display with carets. */
  readonly context: { readonly before: string | null; readonly at: string };
}

/** A mistake of the user: nothing was stored or started. Rendered as one clear error; `exitCode` ends the process. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Of a command that a run has refused: why, and what it takes instead. */
  readonly refusal: Refusal | null;
  constructor(
    exitCode: ExitCode,
    code: string,
    message: string,
    more: {
      readonly hint?: string;
      readonly diagnostics?: readonly Diagnostic[];
      readonly refusal?: Refusal;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.exitCode = exitCode;
    this.code = code;
    this.hint = more.hint ?? null;
    this.diagnostics = more.diagnostics ?? [];
    this.refusal = more.refusal ?? null;
  }
}

/** A fault of stateyard itself: the process ends with exit code 70 and what is on disk can be resumed. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws {@link InvariantError} unless `condition` holds; kept on in production. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
