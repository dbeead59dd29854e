import { invariant } from '../errors.ts';

/** A value in a statement or a row. Numbers are finite. */
export type SqlValue = string | number | null;

/**
 * One SQL statement with its parameters, in order. It must give the same result whenever it is replayed: every value is a
 * parameter, nothing like `datetime('now')` or `random()`. Without values it may be a script of several statements.
 */
export type Statement = readonly [sql: string, ...values: SqlValue[]];

/** One row of a result: column name -> value. */
export type Row = Record<string, SqlValue>;

/** Throws InvariantError for a statement that a journal cannot keep exactly (a number that is not finite, another type). */
export function checkStatement(statement: Statement): void {
  for (let index = 0; index < statement.length; index += 1) {
    const value: unknown = statement[index];
    const fits =
      typeof value === 'string' || (index > 0 && (value === null || (typeof value === 'number' && Number.isFinite(value))));
    invariant(fits, `a statement takes text, finite numbers and null; value ${index} of "${statement[0]}" is ${String(value)}`);
  }
}
