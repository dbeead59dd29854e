import { constants, readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outputLimitBytes } from '../tools/outputs.ts';
import type { Value, ValueType } from '../workflow/model.ts';

type Declared = Readonly<Record<string, ValueType>>;

/** What a function returned, checked: the text that is kept (null: nothing is declared) and the names nobody declared; or all that is wrong with it. */
export type CheckedResult =
  { readonly text: string | null; readonly undeclared: readonly string[] } | { readonly problems: readonly string[] };

const expected: Readonly<Record<ValueType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

/** Checks what a function returned against the outputs of its step. Without declared outputs anything will do. */
export function declaredOutputs(result: unknown, declared: Declared): CheckedResult {
  const returned = typeof result === 'object' && result !== null ? (result as Readonly<Record<string, unknown>>) : {};
  const undeclared = namesOf(result).filter((name) => !Object.hasOwn(declared, name));
  const names = Object.keys(declared);
  if (names.length === 0) return { text: null, undeclared };
  const problems = problemsOf(returned, declared);
  if (problems.length > 0) return { problems };
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, returned[name]])));
  if (Buffer.byteLength(text) <= outputLimitBytes) return { text, undeclared };
  return { problems: [`the outputs are larger than ${outputLimitBytes} bytes`] };
}

/** The values of the file that {@link writeFunctionOutputs} wrote; null where there is no such file, but perhaps one of a process. */
export function readFunctionOutputs(
  file: string,
  declared: Declared,
): { readonly values: Readonly<Record<string, Value>> } | { readonly problems: readonly string[] } | null {
  const names = Object.keys(declared);
  const returned = parsed(file);
  if (returned === null) return null;
  const problems = problemsOf(returned, declared);
  if (problems.length > 0) return { problems };
  return { values: Object.fromEntries(names.map((name) => [name, returned[name] as Value])) };
}

/** Whether the attempt in this folder has written its outputs. */
export function isWritten(folder: string): boolean {
  return parsed(join(folder, 'output')) !== null;
}

/**
 * Puts the outputs of an attempt on disk, 0600 in a folder of 0700: when this is over they are there, whole, whatever happens; before it they are not there at
 * all. Throws the error of the system.
 */
export async function writeFunctionOutputs(folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [file, temporary] = [join(folder, 'output'), join(folder, 'output.tmp')];
  const written = await open(temporary, 'w', 0o600);
  try {
    await written.writeFile(text);
    await written.datasync();
  } finally {
    await written.close();
  }
  await rename(temporary, file);
  for (const path of [folder, dirname(folder)]) await syncFolder(path);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

// A line of a process's output file starts with a name: what starts with a brace was written by a function.
function parsed(file: string): Readonly<Record<string, unknown>> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

function problemsOf(returned: Readonly<Record<string, unknown>>, declared: Declared): string[] {
  return Object.entries(declared).flatMap(([name, type]) => {
    const value = Object.hasOwn(returned, name) ? returned[name] : undefined;
    if (value === undefined) return [`output "${name}" is missing`];
    return isOfType(value, type) ? [] : [`output "${name}" is ${show(value)}, expected ${expected[type]}`];
  });
}

function isOfType(value: unknown, type: ValueType): boolean {
  if (type === 'string' || type === 'boolean') return typeof value === type;
  return type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** A short word for what was returned: a value itself may be long, or not meant for the store. */
function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function namesOf(result: unknown): readonly string[] {
  return typeof result === 'object' && result !== null && !Array.isArray(result) ? Object.keys(result) : [];
}
