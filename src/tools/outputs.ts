import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Value, ValueType } from '../workflow/model.ts';

/** The most that a step may write to its output file. */
export const outputLimitBytes = 2 ** 20;

/** What a step's output file holds: the declared values and the names nobody declared, or everything that is wrong with it. */
export type OutputReading =
  | { readonly values: Readonly<Record<string, Value>>; readonly undeclared: readonly string[] }
  | { readonly problems: readonly string[] };

/**
 * Puts what a tool has written as outputs on disk, with the names of the folders that lead to it: once the end of the attempt is recorded, they must not be
 * lost with the power. A file that is empty or gone needs nothing. Throws the error of the system.
 */
export function syncOutputs(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  for (const path of [file, dirname(file), dirname(dirname(file))]) {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/**
 * Reads an output file: a line `NAME=VALUE`, or `NAME<<DELIMITER`, the value's lines, and a line `DELIMITER`. Empty lines are nothing; the last
 * value of a name wins; a file that the tool removed counts as empty. A declared output must be there and be of its type: `number` and
 * `integer` in decimal, `boolean` as `true` or `false`.
 */
export function readOutputs(file: string, declared: Readonly<Record<string, ValueType>>): OutputReading {
  const text = readText(file);
  if (typeof text !== 'string') return text;
  const problems: string[] = [];
  const written = parseLines(text, problems);
  const values: [string, Value][] = [];
  for (const [name, type] of Object.entries(declared)) {
    const raw = written.get(name);
    const value = raw === undefined ? undefined : convert(raw, type);
    if (raw === undefined) problems.push(`output "${name}" is missing`);
    else if (value === undefined) problems.push(`output "${name}" is ${show(raw)}, expected ${expected[type]}`);
    else values.push([name, value]);
  }
  if (problems.length > 0) return { problems };
  return { values: Object.fromEntries(values), undeclared: [...written.keys()].filter((name) => !Object.hasOwn(declared, name)) };
}

const expected: Readonly<Record<ValueType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

function convert(raw: string, type: ValueType): Value | undefined {
  if (type === 'string') return raw;
  if (type === 'boolean') return raw === 'true' ? true : raw === 'false' ? false : undefined;
  const pattern = type === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
  const number = pattern.test(raw) ? Number(raw) : Number.NaN;
  return (type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number)) ? number : undefined;
}

function parseLines(text: string, problems: string[]): Map<string, string> {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const written = new Map<string, string>();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const match = /^([A-Za-z_][\w-]*)(=|<<)(.*)$/su.exec(line);
    if (match === null) {
      problems.push(`line ${at + 1} is ${show(line)}, expected NAME=VALUE or NAME<<DELIMITER`);
      continue;
    }
    const [, name = '', form, rest = ''] = match;
    if (form === '=') {
      written.set(name, rest);
      continue;
    }
    const end = rest === '' ? -1 : lines.indexOf(rest, at + 1);
    if (end < 0) {
      problems.push(
        rest === '' ? `line ${at + 1} names no delimiter` : `line ${at + 1}: the delimiter ${show(rest)} never comes`,
      );
      // What follows may be the inside of a value: to judge its lines would only add noise.
      break;
    }
    written.set(name, lines.slice(at + 1, end).join('\n'));
    at = end;
  }
  return written;
}

function show(text: string): string {
  const shown = JSON.stringify(text);
  return shown.length <= 82 ? shown : `${shown.slice(0, 78)}…"`;
}

function readText(file: string): string | { readonly problems: readonly string[] } {
  let bytes: Buffer;
  try {
    bytes = readBounded(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? '' : { problems: [`the output file could not be read: ${message}`] };
  }
  if (bytes.length > outputLimitBytes) return { problems: [`the output file is larger than ${outputLimitBytes} bytes`] };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problems: ['the output file is not valid UTF-8'] };
  }
}

/** At most one byte more than the limit. A tool may have put a pipe or a device in the file's place: that must not block us. */
function readBounded(file: string): Buffer {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(opened);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    const buffer = Buffer.alloc(Math.min(stats.size, outputLimitBytes + 1));
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(opened, buffer, length, buffer.length - length, length);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(opened);
  }
}
