import * as z from 'zod';

/** 26 characters of Crockford base32, upper case, first at most 7 (ulid specification). */
export const ulidSchema = z
  .string('expected a ulid (26 characters of Crockford base32)')
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'expected a ulid (26 characters of Crockford base32)');

/** An ISO 8601 time in UTC, with milliseconds or without. */
export const timeSchema = z.iso.datetime('expected a time in UTC such as 2026-01-02T03:04:05Z');

/** A version of three numbers, `N.N.N`. */
export const semverSchema = z
  .string('expected a version such as 1.0.0')
  .regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/, 'expected a version such as 1.0.0');

/** An id that is any text but the empty one. */
export const idSchema = z.string('expected a text').min(1, 'expected an id').max(200, 'an id has at most 200 characters');

/** The id of a tool: also the name of a folder, so it is kept to letters, digits, `_`, `.` and `-`. */
export const toolIdSchema = z
  .string('expected the id of a tool')
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
    'a tool id is letters, digits, _, . and -, does not start with . or -, and has at most 100 characters',
  );

/** A run's ulid. */
export type RunId = string & { readonly __brand: 'RunId' };

/** The id that a workflow gives to one of its steps: a letter or `_`, then letters, digits, `_` or `-`; at most 100 characters. */
export type StepId = string & { readonly __brand: 'StepId' };
