import * as z from 'zod';
import { functionNamePattern } from './function-name.ts';

/* The values that a workflow and its steps have in common. */

/** What a parameter or an output is called: letters, digits, `_` and `-`. */
export const namePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;
const variablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;
const durationPattern = /^\d{1,12}(\.\d{1,6})?(ms|s|m|h|d)$/;
const sizePattern = /^\d{1,12}(\.\d{1,6})?(B|KB|MB|GB|KiB|MiB|GiB)$/;

/** Any text. */
export const textSchema = z.string('expected a text');

/** True or false. */
export const flagSchema = z.boolean('expected true or false');

/** A text, a number, true or false, or nothing. */
export const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()], 'expected a text, a number, true or false');

/** One argument of a command; numbers are as written. */
export const wordSchema = z.union([z.string(), z.number(), z.boolean()], 'expected a text, a number, true or false');

/** A whole number from `minimum` to `maximum`. */
export function countSchema(minimum: number, maximum: number) {
  const error = `expected a whole number from ${minimum} to ${maximum}`;
  return z.int(error).min(minimum, error).max(maximum, error);
}

/** A list that is not empty; `error` says what is expected where it is no list. */
export function listSchema<T extends z.ZodType>(item: T, error: string) {
  return z.array(item, error).min(1, 'expected at least one item');
}

const durationError = 'expected a duration such as 500ms, 90s, 5m or 1h';

/** A duration as it is written; `src/workflow/duration.ts` reads it. */
export const durationSchema = z
  .union([z.string().regex(durationPattern, durationError), z.number().positive(durationError)], durationError)
  .describe('500ms, 10s, 5m, 2h, 1d, or a number of seconds; more than 0, at most 365 days');

const sizeError = 'expected a size such as 500KB, 10MB or 1GB';

/** The bound of an attempt's log as it is written; `src/workflow/size.ts` reads it. */
export const logLimitSchema = z
  .union([z.string().regex(sizePattern, sizeError), z.number().positive(sizeError)], sizeError)
  .describe(
    '500KB, 10MB, 1GB (also KiB, MiB, GiB), or a number of bytes; from 1 byte to 1 TiB; an attempt whose log outgrows it is stopped and fails; default 1GiB',
  );

/** Variables of the environment. */
export const environmentSchema = z
  .record(
    z.string().regex(variablePattern, 'the name of a variable is letters, digits and _, and does not start with a digit'),
    scalarSchema,
    'expected a mapping of variables to values',
  )
  .describe('Variables of the environment; values may hold expressions');

/** The type of a parameter or an output. */
export const valueTypeSchema = z.enum(
  ['string', 'number', 'integer', 'boolean'],
  'expected one of string, number, integer, boolean',
);

const functionNameError =
  'the name of a function is letters, digits, _, ., :, / and -, starts with a letter or _, and has at most 100 characters';

/** The name of a function, see {@link functionNamePattern}. */
export const functionNameSchema = z.string(functionNameError).regex(functionNamePattern, functionNameError);

/** The input of a function: a mapping of JSON values, as deep as files may be. */
export const withSchema = z.record(z.string(), z.json(), 'expected a mapping of names to values');
