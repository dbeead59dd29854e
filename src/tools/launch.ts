import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getSystemErrorName } from 'node:util';
import { InvariantError } from '../errors.ts';
import type { AttemptAction, AttemptSpec } from './attempt-spec.ts';
import { attemptPaths, readPidFile } from './attempt-folder.ts';
import type { AttemptPaths } from './attempt-folder.ts';
import {
  attemptEnvironment,
  attemptSearchPath,
  attemptVariables,
  restoredVariables,
  workingDirectoryVariable,
} from './environment.ts';
import type { LaunchEnd } from './launch-request.ts';
import { handOver } from './launchers.ts';
import type { Handed } from './launchers.ts';
import { diagnoseProgram, findBash, findProgram, quoted } from './program.ts';
import type { SpawnProblem } from './program.ts';
import { wrapperText } from './wrapper.ts';

/** An attempt that a launcher has taken, a wrapper that was spawned, or why neither was possible. */
export type Launch =
  | { readonly kind: 'handed'; readonly handed: Handed }
  | { readonly kind: 'spawned'; readonly child: ChildProcess; readonly pid: number }
  | { readonly kind: 'failed'; readonly problem: SpawnProblem };

/**
 * Writes the attempt's script and log and hands it to a launcher, or where there is none spawns its wrapper. Failures of the world come back as data; throws InvariantError
 * when the folder was used before, because then an older process could live there.
 */
export async function launch(spec: AttemptSpec, paths: AttemptPaths): Promise<Launch> {
  const argv = programOf(spec, paths);
  if (!Array.isArray(argv)) return { kind: 'failed', problem: argv };
  const unwritten = writeFiles(spec, paths);
  if (unwritten !== null) return { kind: 'failed', problem: unwritten };
  return handToLauncher(spec, paths, argv) ?? spawnWrapper(spec, paths, argv);
}

/** Null where no launcher can take it. Without a PATH a shell has a default of its own to look for programs on, and a launcher has not. */
function handToLauncher(spec: AttemptSpec, paths: AttemptPaths, argv: readonly string[]): Launch | null {
  if (attemptSearchPath(spec) === undefined) return null;
  const folder = path.dirname(paths.log);
  const input = spec.stdin === undefined ? '/dev/null' : path.join(folder, spec.stdin);
  const cwd = path.resolve(spec.cwd);
  const variables = [...attemptVariables(spec), 'PWD', workingDirectoryVariable(spec, cwd)];
  const handed = handOver({ folder, empty: spec.emptyFile ?? '', input, umask: ownUmask(), cwd, variables, argv });
  return handed === null ? null : { kind: 'handed', handed };
}

/** Starts an attempt by its wrapper that a launcher had taken and did not come to start: its files may be there. */
export async function launchAgain(spec: AttemptSpec, paths: AttemptPaths): Promise<Exclude<Launch, { readonly kind: 'handed' }>> {
  const argv = programOf(spec, paths);
  return Array.isArray(argv) ? spawnWrapper(spec, paths, argv, 'a') : { kind: 'failed', problem: argv };
}

async function spawnWrapper(
  spec: AttemptSpec,
  paths: AttemptPaths,
  argv: readonly string[],
  logFlag: 'a' | 'ax' = 'ax',
): Promise<Exclude<Launch, { readonly kind: 'handed' }>> {
  const opened = openFiles(spec, paths, logFlag);
  if (!('log' in opened)) return { kind: 'failed', problem: opened };
  const { log, input } = opened;
  const environment = attemptEnvironment(spec);
  const restored = restoredVariables(environment, argv[0] ?? '');
  try {
    const child = spawn('/bin/sh', ['-c', wrapperText, 'sh', paths.pid, paths.exit, ownUmask(), ...restored, ...argv], {
      cwd: spec.cwd,
      env: environment,
      detached: true,
      stdio: [input ?? 'ignore', log, log],
    });
    if (child.pid !== undefined) return { kind: 'spawned', child, pid: child.pid };
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => child.once('error', resolve));
    return { kind: 'failed', problem: explain(error, spec) };
  } catch (error) {
    return { kind: 'failed', problem: explain(error as NodeJS.ErrnoException, spec) };
  } finally {
    closeSync(log);
    if (input !== null) closeSync(input);
  }
}

/** The name of the program that an action executes, as messages speak of it. */
export function programName(action: AttemptAction, searchPath: string | undefined): string {
  return (action.kind === 'command' ? action.argv[0] : shellOf(action.shell, searchPath)[0]) ?? '';
}

function programOf(spec: AttemptSpec, paths: AttemptPaths): string[] | SpawnProblem {
  const searchPath = attemptSearchPath(spec);
  const argv = spec.action.kind === 'command' ? [...spec.action.argv] : [...shellOf(spec.action.shell, searchPath), paths.script];
  const name = argv[0] ?? '';
  if (name === '') return { code: 'ENOENT', message: 'the name of the program is empty' };
  // A shell's exec would take such a name for its own option.
  if (name.startsWith('-')) {
    const place = { searchPath, cwd: spec.cwd };
    const found = findProgram(name, place);
    if (found === null) return diagnoseProgram(name, place) ?? { code: 'ENOENT', message: `${quoted(name)} was not found` };
    argv[0] = found;
  }
  return argv;
}

function shellOf(shell: readonly string[] | null, searchPath: string | undefined): readonly string[] {
  if (shell === null) {
    const bash = findBash(searchPath);
    return bash === null ? ['/bin/sh', '-eu'] : [bash, '-euo', 'pipefail'];
  }
  if (shell.length === 1 && shell[0] === 'bash') return ['bash', '-euo', 'pipefail'];
  if (shell.length === 1 && shell[0] === 'sh') return ['sh', '-eu'];
  return shell;
}

/** The open files of an attempt: what it prints goes to `log`, and it reads `input`; null: nothing. */
interface OpenFiles {
  readonly log: number;
  readonly input: number | null;
}

/** What the attempt is given to read: its script and its files. The problem, or null. */
function writeFiles(spec: AttemptSpec, paths: AttemptPaths): SpawnProblem | null {
  const files = Object.entries(spec.files ?? {}).map(([name, text]) => [path.join(spec.folder, name), text] as const);
  if (spec.action.kind === 'run') files.push([paths.script, spec.action.script]);
  if (files.length === 0) return null;
  try {
    mkdirSync(spec.folder, { recursive: true, mode: 0o700 });
    for (const [file, text] of files) writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    return null;
  } catch (error) {
    return explainUnmade(spec, (error as NodeJS.ErrnoException).code ?? 'EIO', (error as Error).message);
  }
}

function openFiles(spec: AttemptSpec, paths: AttemptPaths, logFlag: 'a' | 'ax'): OpenFiles | SpawnProblem {
  const opened: number[] = [];
  try {
    mkdirSync(spec.folder, { recursive: true, mode: 0o700 });
    const log = openSync(paths.log, logFlag, 0o600);
    opened.push(log);
    if (spec.emptyFile !== undefined) writeFileSync(path.join(spec.folder, spec.emptyFile), '', { mode: 0o600 });
    const input = spec.stdin === undefined ? null : openSync(path.join(spec.folder, spec.stdin), 'r');
    return { log, input };
  } catch (error) {
    for (const descriptor of opened) closeSync(descriptor);
    return explainUnmade(spec, (error as NodeJS.ErrnoException).code ?? 'EIO', (error as Error).message);
  }
}

function explainUnmade({ folder }: AttemptSpec, code: string, message: string): SpawnProblem {
  if (code === 'EEXIST') throw new InvariantError(`attempt folder ${folder} was used before`);
  return { code, message: `the files of the attempt could not be written: ${message}` };
}

let umask: string | undefined;

/** Read once: asking for it changes it for a moment, for every thread of the process. */
function ownUmask(): string {
  umask ??= process.umask().toString(8).padStart(3, '0');
  return umask;
}

/** Why a launcher did not start the tool. Throws InvariantError when the folder was used before. */
export function explainRefusal(spec: AttemptSpec, end: Exclude<LaunchEnd, { readonly kind: 'ended' | 'lost' }>): SpawnProblem {
  if (end.kind === 'refused') return diagnoseFolder(spec.cwd) ?? diagnosePidFile(spec);
  const code = getSystemErrorName(-end.errno);
  if (end.kind === 'unmade') return explainUnmade(spec, code, `${code}, ${spec.folder}`);
  return { code, message: explanations[code] ?? `the system gave no process: ${code}` };
}

/** Why the pid file could not be created. */
export function diagnosePidFile(spec: AttemptSpec): SpawnProblem {
  const paths = attemptPaths(spec.folder);
  return readPidFile(paths).kind === 'fenced'
    ? { code: 'ECANCELED', message: 'the attempt was stopped before its program was started' }
    : { code: 'EIO', message: `the file ${paths.pid} could not be written` };
}

const explanations: Readonly<Record<string, string>> = {
  E2BIG: 'the arguments and the environment together are too long for the system, or one of them is',
  EAGAIN: 'the system allows no more processes for this user',
  EMFILE: 'too many files are open in this process',
  ENFILE: 'too many files are open in the system',
  ENOMEM: 'there is not enough memory to start a process',
};

function explain(error: NodeJS.ErrnoException, spec: AttemptSpec): SpawnProblem {
  if (error.code === 'ERR_INVALID_ARG_VALUE') {
    return {
      code: 'EINVAL',
      message: 'an argument, a variable of the environment or the working directory holds a NUL character',
    };
  }
  const code = error.code ?? 'EIO';
  const known = explanations[code];
  if (known !== undefined) return { code, message: known };
  return diagnoseFolder(spec.cwd) ?? { code, message: `/bin/sh could not be started: ${error.message}` };
}

function diagnoseFolder(cwd: string): SpawnProblem | null {
  try {
    if (!statSync(cwd).isDirectory()) return { code: 'ENOTDIR', message: `the working directory ${quoted(cwd)} is not a folder` };
    accessSync(cwd, constants.X_OK);
    return null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    const why = code === 'ENOENT' ? 'does not exist' : 'cannot be entered';
    return { code, message: `the working directory ${quoted(cwd)} ${why}` };
  }
}
