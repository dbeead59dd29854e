import * as z from 'zod';

/** 26 characters of Crockford base32, upper case, first at most 7 (ulid specification). */
export const ulidSchema = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'expected a ulid (26 characters of Crockford base32)');

/** An ISO 8601 time in UTC, with milliseconds or without. */
export const timeSchema = z.iso.datetime();

/** A run's ulid. */
export type RunId = string & { readonly __brand: 'RunId' };

/** The id that a workflow gives to one of its steps: a letter or `_`, then letters, digits, `_` or `-`; at most 100 characters. */
export type StepId = string & { readonly __brand: 'StepId' };
