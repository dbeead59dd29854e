/** What the steps share: the folder of their files, whole writes, outputs, and the exit code of a failure worth another try. */
import { appendFile, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/** EX_TEMPFAIL of sysexits.h: the same command may succeed later. */
const temporaryFailure = 75;

/** @returns {string} the folder that all steps of this run read and write */
export function folder() {
  const chosen = process.env['FACTBOOK_FOLDER'] || process.env['STATEYARD_ARTIFACTS'];
  if (!chosen) throw new Error('neither FACTBOOK_FOLDER nor STATEYARD_ARTIFACTS is set');
  return chosen;
}

/**
 * Writes a file whole or not at all: whoever reads it, and a second run of this step, finds the old text or the new one.
 * @param {string} name
 * @param {string} text
 */
export async function writeWhole(name, text) {
  const file = path.join(folder(), name);
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/**
 * @param {string} name
 * @returns {Promise<any>} the parsed file of an earlier step
 */
export async function readJson(name) {
  return JSON.parse(await readFile(path.join(folder(), name), 'utf8'));
}

/**
 * Reports outputs of this step, one NAME=VALUE line each.
 * @param {Readonly<Record<string, string | number>>} values
 */
export async function output(values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  process.stdout.write(lines.join(''));
  const file = process.env['STATEYARD_OUTPUT'];
  if (file) await appendFile(file, lines.join(''));
}

/**
 * @param {number} position 1 for the first
 * @returns {string} an argument that must be there
 */
export function argument(position) {
  const value = process.argv[position + 1];
  if (value === undefined || value === '') throw new Error(`argument ${position} is missing`);
  return value;
}

/**
 * Runs a step and turns what it throws into one line and an exit code.
 * @param {() => Promise<void>} step
 */
export async function runStep(step) {
  try {
    await step();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const passing = ['EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ENOSPC'].includes(String(code));
    console.error(`${path.basename(process.argv[1] ?? 'step')}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = passing ? temporaryFailure : 1;
  }
}

/**
 * Orders by code unit, whatever the language of the machine.
 * @param {string} a
 * @param {string} b
 */
export function byCodeUnit(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
