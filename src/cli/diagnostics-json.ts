import type { ErrorReport } from '../../schemas/cli/error-report.ts';
import type { Diagnostic } from '../errors.ts';

/** Diagnostics with the names of the wire format. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): NonNullable<ErrorReport['error']['diagnostics']> {
  return diagnostics.map(({ endColumn, context, ...rest }) => ({ ...rest, end_column: endColumn, context: { ...context } }));
}
