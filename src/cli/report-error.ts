import { UserError, exitCodes } from '../errors.ts';
import type { ExitCode } from '../errors.ts';
import type { ErrorReport } from '../../schemas/cli/error-report.ts';
import { diagnosticsJson } from './diagnostics-json.ts';
import type { Io } from './io.ts';
import { printJsonLine } from './json.ts';

type ReportedError = ErrorReport['error'];

/**
 * Prints what was thrown, as one clear message on stderr or with `json` as `{"error": …}` on stdout, and gives the exit code.
 * The stack of a fault of our own is shown when STATEYARD_DEBUG is set to 1.
 */
export async function reportError(error: unknown, io: Io, json: boolean): Promise<ExitCode> {
  const reported = describe(error);
  if (json) printJsonLine(io, { error: reported });
  else if (error instanceof UserError && error.diagnostics.length > 0) await printDiagnostics(error, io);
  else io.stderr(`stateyard: ${reported.message}\n${reported.hint === null ? '' : `${indent(reported.hint)}\n`}`);
  if (io.env['STATEYARD_DEBUG'] === '1' && error instanceof Error) io.stderr(`${error.stack ?? ''}\n${causeOf(error)}`);
  return error instanceof UserError ? error.exitCode : exitCodes.internal;
}

function describe(error: unknown): ReportedError {
  if (error instanceof UserError) {
    const { code, message, hint, diagnostics, refusal } = error;
    if (refusal !== null) return { code, message, hint, refusal };
    return diagnostics.length > 0 ? { code, message, hint, diagnostics: diagnosticsJson(diagnostics) } : { code, message, hint };
  }
  // Known by its fields and not by its class: the store's code is not loaded for verbs that do not need it.
  if (error instanceof Error && error.name === 'StoreError') return describeStoreError(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `a fault of stateyard itself: ${message}`,
    hint: 'what is on disk is whole and can be resumed. Please report this, with the output of the same command under STATEYARD_DEBUG=1',
  };
}

function describeStoreError(error: Error): ReportedError {
  const fields = error as Error & { kind?: unknown; file?: unknown; offset?: unknown; advice?: unknown };
  return {
    code: `store_${snakeCase(typeof fields.kind === 'string' ? fields.kind : 'failed')}`,
    message: error.message,
    hint: typeof fields.advice === 'string' ? fields.advice : null,
    ...(typeof fields.file === 'string' ? { file: fields.file } : {}),
    ...(typeof fields.offset === 'number' ? { offset: fields.offset } : {}),
  };
}

async function printDiagnostics(error: UserError, io: Io): Promise<void> {
  const [{ renderDiagnostics }, { useColor }] = await Promise.all([
    import('./render/diagnostics.ts'),
    import('./render/mode.ts'),
  ]);
  io.stderr(renderDiagnostics(error.diagnostics, { color: useColor({ env: io.env, isTTY: io.stderrIsTTY }) }));
  if (error.hint !== null) io.stderr(`${error.hint}\n`);
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? `caused by: ${error.cause.stack ?? error.cause.message}\n` : '';
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function snakeCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
