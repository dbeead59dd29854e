import { statSync } from 'node:fs';
import path from 'node:path';
import type { AttemptSpec } from './attempt-spec.ts';
import { extendLineage, lineageVariable, realFolder, runMark } from './lineage.ts';

/** The environment of an attempt: that of this process, the attempt's own variables, and the mark it is found by. */
export function attemptEnvironment(spec: AttemptSpec): Record<string, string | undefined> {
  return { ...process.env, ...spec.env, [lineageVariable]: lineageOf(spec) };
}

/** What {@link attemptEnvironment} adds to the environment of this process: name, value, name, value. */
export function attemptVariables(spec: AttemptSpec): string[] {
  return [...Object.entries(spec.env).flat(), lineageVariable, lineageOf(spec)];
}

/** PWD as a shell would set it: the given name of the working directory where it is one, else the path without links. */
export function workingDirectoryVariable(spec: AttemptSpec, cwd: string): string {
  const given = spec.env['PWD'] ?? process.env['PWD'] ?? '';
  return given === cwd || (given.startsWith('/') && isSameFolder(given, cwd)) ? given : realFolder(cwd);
}

function isSameFolder(one: string, other: string): boolean {
  const [first, second] = [one, other].map((folder) => statSync(folder, { throwIfNoEntry: false }));
  return first !== undefined && second !== undefined && first.ino === second.ino && first.dev === second.dev;
}

function lineageOf(spec: AttemptSpec): string {
  return extendLineage(process.env[lineageVariable], runMark(runFolderOf(spec)), spec.attemptId);
}

/** Attempts are at `attempts/STEP.N` in the folder of their run. */
function runFolderOf({ folder }: AttemptSpec): string {
  return path.dirname(path.dirname(folder));
}

/** The PATH that an attempt's program is looked up on; undefined where it has none. */
export function attemptSearchPath(spec: AttemptSpec): string | undefined {
  return Object.hasOwn(spec.env, 'PATH') ? spec.env['PATH'] : process.env['PATH'];
}

const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Some shells drop variables whose names they cannot write (`INPUT_MY-KEY`). Gives the arguments that set those again in front of
 * a program: none nearly always, else `/usr/bin/env -- NAME=VALUE…`.
 */
export function restoredVariables(environment: Readonly<Record<string, string | undefined>>, program: string): string[] {
  // `env` would take a program with `=` in its name for one more variable.
  if (program.includes('=')) return [];
  const dropped: string[] = [];
  for (const name of Object.keys(environment)) {
    const value = environment[name];
    if (value !== undefined && name !== '' && !shellName.test(name)) dropped.push(`${name}=${value}`);
  }
  return dropped.length === 0 ? [] : ['/usr/bin/env', '--', ...dropped];
}
