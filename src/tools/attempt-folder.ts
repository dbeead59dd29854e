import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseStat, readProcess } from './process-table.ts';
import type { ProcessEntry } from './process-table.ts';
import { descendsFrom } from './lineage.ts';

/** The files of an attempt's folder, by what they hold. */
export interface AttemptPaths {
  /** Standard output and standard error of the tool, as it wrote them. */
  readonly log: string;
  /** Who the wrapper is; on Linux its line of /proc/PID/stat. Exists before the tool's first instruction. */
  readonly pid: string;
  /** The exit code, ` exec` when nothing was executed, ` stopped` when {@link stop} was there by then, and a newline. */
  readonly exit: string;
  /** The script of a `run` step. */
  readonly script: string;
  /** Why the attempt was told to stop; exists before the first signal. */
  readonly stop: string;
}

/** See {@link AttemptPaths}; absolute, so that they mean the same in the tool's working directory. */
export function attemptPaths(folder: string): AttemptPaths {
  const at = (name: string): string => path.resolve(folder, name);
  return { log: at('log'), pid: at('pid'), exit: at('exit'), script: at('script'), stop: at('stop') };
}

/** What the wrapper wrote when the tool ended. `executed` is false when the program could not even be executed. */
export interface ExitRecord {
  readonly code: number;
  readonly executed: boolean;
  /** Whether the stop was noted before the tool ended. */
  readonly afterStop: boolean;
  readonly endedAtMs: number;
}

/** The exit file, or null while it is missing, damaged or without its final newline. */
export function readExit(paths: AttemptPaths): ExitRecord | null {
  let file: number;
  try {
    file = openSync(paths.exit, 'r');
  } catch {
    return null;
  }
  try {
    const match = /^(\d{1,3})( exec)?( stopped)?\n$/.exec(readFileSync(file, 'latin1'));
    if (match === null || Number(match[1]) > 255) return null;
    return {
      code: Number(match[1]),
      executed: match[2] === undefined,
      afterStop: match[3] !== undefined,
      endedAtMs: Math.floor(fstatSync(file).mtimeMs),
    };
  } finally {
    closeSync(file);
  }
}

/** The wrapper as its pid file names it. `start` is {@link ProcessEntry.start}, null where only the pid is known. */
export interface WrapperRecord {
  readonly pid: number;
  readonly start: string | null;
  readonly writtenAtMs: number;
}

/** What the pid file says: nothing yet, that the attempt may not start any more, or who the wrapper is. */
export type PidFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'wrapper'; readonly wrapper: WrapperRecord };

const fenceText = 'fenced\n';

/** Reads the pid file. */
export function readPidFile(paths: AttemptPaths): PidFile {
  let text: string;
  let writtenAtMs: number;
  try {
    text = readFileSync(paths.pid, 'latin1');
    writtenAtMs = statSync(paths.pid).mtimeMs;
  } catch {
    return { kind: 'missing' };
  }
  if (text === fenceText) return { kind: 'fenced' };
  const pid = /^[1-9]\d{0,9}[ \n]/.test(text) && text.endsWith('\n') ? Number.parseInt(text, 10) : null;
  if (pid === null || pid < 2) return { kind: 'incomplete' };
  return { kind: 'wrapper', wrapper: { pid, start: parseStat(text)?.start ?? null, writtenAtMs } };
}

/**
 * Forbids the attempt to start: takes the place of the pid file, which the wrapper must create itself before it executes the
 * tool. Returns what is there then: `fenced`, or what a wrapper that came first has written.
 */
export function fenceAttempt(paths: AttemptPaths): PidFile {
  writeOnce(paths.pid, fenceText);
  return readPidFile(paths);
}

/** The living wrapper, or null: same pid, same start, and the attempt's mark in its environment where that can be read. */
export function findWrapper(wrapper: WrapperRecord, attemptId: string): ProcessEntry | null {
  const entry = readProcess(wrapper.pid);
  if (entry === null || entry.group !== entry.pid || !startedTogether(entry, wrapper)) return null;
  const environment = entry.environment();
  return environment === null || descendsFrom(environment, attemptId) ? entry : null;
}

function startedTogether(entry: ProcessEntry, wrapper: WrapperRecord): boolean {
  if (wrapper.start !== null && entry.startedAtMs === null) return entry.start === wrapper.start;
  // The wrapper writes its pid file at once; `ps` tells the start to the second.
  return entry.startedAtMs !== null && Math.abs(entry.startedAtMs - wrapper.writtenAtMs) <= 5000;
}

/** Why an attempt was told to stop: by the engine, or because its log outgrew its limit. */
export type StopReason = 'requested' | 'log limit';

/** Notes that signals follow. The first note stays. */
export function noteStop(paths: AttemptPaths, reason: StopReason): void {
  writeOnce(paths.stop, `${reason}\n`);
}

/** The note of {@link noteStop}, or null when the attempt was never told to stop. */
export function readStop(paths: AttemptPaths): StopReason | null {
  try {
    return readFileSync(paths.stop, 'latin1') === 'log limit\n' ? 'log limit' : 'requested';
  } catch {
    return null;
  }
}

/** Takes the note of a stop back that found the attempt ended. */
export function forgetStop(paths: AttemptPaths): void {
  rmSync(paths.stop, { force: true });
}

/**
 * The exit that no stop of ours has caused, or null: an end that came after a requested stop was noted is that stop's doing. (A stop
 * because of the log's limit is part of the attempt's own end.)
 */
export function readOwnExit(paths: AttemptPaths): ExitRecord | null {
  const exit = readExit(paths);
  const noted = readStop(paths);
  if (exit === null || noted === null || noted === 'log limit') return exit;
  return exit.afterStop ? null : exit;
}

/** Creates the file with the text, and its folder, unless there is one already; other errors are the caller's. */
function writeOnce(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    const opened = openSync(file, 'wx', 0o600);
    try {
      writeSync(opened, text);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
