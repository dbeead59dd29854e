import { createContext, Script } from 'node:vm';
import type { ParamSpec, Value, ValueType } from './model.ts';

/** The longest text that a value of a parameter may have, in UTF-16 units. */
const longestValue = 4_096;

// A pattern such as (a+)+$ takes longer than the age of the universe on a short text: it is stopped.
const patternTimeoutMs = 250;

/** What is wrong with a value for a parameter, in words that follow the parameter's name; null when it fits. */
export function checkValue(spec: Omit<ParamSpec, 'default' | 'description'>, value: Value): string | null {
  if (!isOfType(spec.type, value))
    return `expected ${typeWords[spec.type]}, found ${value === null ? 'nothing' : JSON.stringify(value)}`;
  if (spec.enum !== null && !spec.enum.includes(value))
    return `expected one of ${spec.enum.map((item) => JSON.stringify(item)).join(', ')}, found ${JSON.stringify(value)}`;
  if (typeof value === 'number') return checkNumber(spec, value);
  if (typeof value !== 'string') return null;
  if (value.length > longestValue) return `a value has at most ${longestValue} characters, found ${value.length}`;
  if (value.includes('\0')) return 'a value cannot hold a NUL character';
  return spec.pattern === null ? null : checkPattern(spec.pattern, value);
}

/** Whether a value is of a declared type; a whole number is also a number. */
export function isOfType(type: ValueType, value: Value): boolean {
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

/** A type in words, such as "a whole number". */
export const typeWords: Readonly<Record<ValueType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

/** Reads a text as a value of a type, strictly; null when it is none. The value of a string is the text. */
export function readValue(type: ValueType, text: string): Value {
  if (type === 'string') return text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : null;
  const form = type === 'integer' ? /^[-+]?\d{1,16}$/ : /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
  const value = form.test(text) ? Number(text) : Number.NaN;
  return isOfType(type, value) ? value : null;
}

/** Why a pattern is not a regular expression; null when it is one. */
export function checkPatternSyntax(pattern: string): string | null {
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
  }
}

function checkNumber({ minimum, maximum }: Pick<ParamSpec, 'minimum' | 'maximum'>, value: number): string | null {
  if (minimum !== null && value < minimum) return `expected at least ${minimum}, found ${value}`;
  return maximum !== null && value > maximum ? `expected at most ${maximum}, found ${value}` : null;
}

// Only a script can be stopped from outside. Pattern and value reach it as data.
function checkPattern(pattern: string, value: string): string | null {
  const script = new Script('new RegExp(pattern, "u").test(value)');
  try {
    const fits: unknown = script.runInContext(createContext({ pattern, value }), { timeout: patternTimeoutMs });
    return fits === true ? null : `expected a text that matches ${pattern}, found ${JSON.stringify(value.slice(0, 60))}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return `the pattern ${pattern} takes too long to decide about this value`;
  }
}
