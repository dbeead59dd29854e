import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import path from 'node:path';

/** Where a program is looked for. `searchPath` is a PATH; undefined: the usual folders. */
export interface SearchPlace {
  readonly searchPath: string | undefined;
  readonly cwd: string;
}

/** Why something cannot be executed: an errno name, and a sentence that names the program. */
export interface SpawnProblem {
  readonly code: string;
  readonly message: string;
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The path of the executable file that a name stands for, as execvp would find it; null where there is none. */
export function findProgram(name: string, place: SearchPlace): string | null {
  return candidates(name, place).find((candidate) => access(candidate) === 'executable') ?? null;
}

/** Why `name` cannot be executed; null where nothing is wrong with it. */
export function diagnoseProgram(name: string, place: SearchPlace): SpawnProblem | null {
  if (name === '') return { code: 'ENOENT', message: 'the name of the program is empty' };
  const found = findProgram(name, place);
  if (found !== null) return diagnoseInterpreter(name, found, place.cwd);
  for (const candidate of candidates(name, place)) {
    const what = access(candidate);
    if (what === 'folder') return { code: 'EACCES', message: `${quoted(candidate)} is a folder, not a program` };
    if (what === 'file') return { code: 'EACCES', message: `${quoted(candidate)} is not executable` };
  }
  const where = name.includes('/') ? 'does not exist' : 'was not found on PATH';
  return { code: 'ENOENT', message: `the program ${quoted(name)} ${where}` };
}

const bashByPath = new Map<string | undefined, string | null>();

/** The path of bash, looked up once per PATH; null where there is none. Relative folders of PATH do not count. */
export function findBash(searchPath: string | undefined): string | null {
  let bash = bashByPath.get(searchPath);
  if (bash === undefined) {
    const absolute = (searchPath ?? usualPath).split(':').filter((folder) => folder.startsWith('/'));
    bash = findProgram('bash', { searchPath: absolute.join(':') || '/nonexistent', cwd: '/' });
    bashByPath.set(searchPath, bash);
  }
  return bash;
}

/** A name as a message shows it: in quotes, unprintable characters escaped, cut to a readable length. */
export function quoted(text: string): string {
  const shown = JSON.stringify(text);
  return shown.length <= 202 ? shown : `${shown.slice(0, 198)}…"`;
}

function candidates(name: string, place: SearchPlace): string[] {
  if (name === '') return [];
  if (name.includes('/')) return [path.resolve(place.cwd, name)];
  // An empty entry of PATH means the working directory.
  return (place.searchPath ?? usualPath).split(':').map((folder) => path.resolve(place.cwd, folder, name));
}

function access(file: string): 'executable' | 'file' | 'folder' | 'missing' {
  const stats = statOrNull(file);
  if (stats === null) return 'missing';
  if (stats.isDirectory()) return 'folder';
  try {
    accessSync(file, constants.X_OK);
    return 'executable';
  } catch {
    return 'file';
  }
}

function statOrNull(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function diagnoseInterpreter(name: string, file: string, cwd: string): SpawnProblem | null {
  const bytes = firstBytes(file);
  const interpreter = /^#![ \t]*([^\s\0]+)/.exec(bytes)?.[1];
  if (interpreter === undefined) return isForeign(bytes) ? { code: 'ENOEXEC', message: foreign(name) } : null;
  const what = access(path.resolve(cwd, interpreter));
  if (what === 'executable') return null;
  const why = what === 'missing' ? 'does not exist' : 'is not executable';
  return {
    code: what === 'missing' ? 'ENOENT' : 'EACCES',
    message: `the interpreter ${quoted(interpreter)} in the first line of ${quoted(name)} ${why}`,
  };
}

/** Why a program was not executed though it is there. */
export function foreign(name: string): string {
  return `the system could not execute ${quoted(name)}; the log holds what it said`;
}

const machines: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 62, arm64: 183 };

/** A binary (ELF) for another machine, or what is left of one: the C library has a shell read it as a script, which comes to nothing. Fields by elf(5). */
function isForeign(bytes: string): boolean {
  if (!bytes.startsWith('\x7fELF')) return false;
  const machine = bytes.charCodeAt(18) + 256 * bytes.charCodeAt(19);
  return bytes.length < 52 || machine !== (machines[process.arch] ?? machine);
}

function firstBytes(file: string): string {
  const buffer = Buffer.alloc(256);
  let opened: number | null = null;
  try {
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return buffer.toString('latin1', 0, readSync(opened, buffer, 0, buffer.length, 0));
  } catch {
    return '';
  } finally {
    if (opened !== null) closeSync(opened);
  }
}
