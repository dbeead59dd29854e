import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseStat, readProcess } from './process-table.ts';
import type { ProcessEntry } from './process-table.ts';
import { descendsFrom } from './lineage.ts';

/** The files of an attempt's folder, by what they hold. */
export interface AttemptPaths {
  /** Standard output and standard error of the tool, as it wrote them. */
  readonly log: string;
  /**
   * Who owns the attempt's group, on Linux as its line of /proc/PID/stat: the tool, and in a second line `launcher` with that of the process which will write
   * {@link exit}; or the wrapper, which does so itself. Exists before the tool's first instruction.
   */
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

/** The owner of an attempt's group as its pid file names it. `start` is {@link ProcessEntry.start}, null where only the pid is known. */
export interface LeaderRecord {
  readonly pid: number;
  readonly start: string | null;
  readonly writtenAtMs: number;
  /** Who writes the exit file when the leader, the tool itself, has ended; null where the leader is the wrapper, which does it before. */
  readonly launcher: { readonly pid: number; readonly start: string } | null;
}

/** What the pid file says: nothing yet, that the attempt may not start any more, or who leads it. */
export type PidFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'leader'; readonly leader: LeaderRecord };

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
  const [line, watcher] = text.split(/\nlauncher (?=\d)/, 2);
  const launcher = watcher === undefined ? null : parseStat(watcher);
  return { kind: 'leader', leader: { pid, start: parseStat(line ?? '')?.start ?? null, writtenAtMs, launcher } };
}

/**
 * Forbids the attempt to start: takes the place of the pid file, which must be created before the tool
 * is executed. Returns what is there then: `fenced`, or what came first.
 */
export function fenceAttempt(paths: AttemptPaths): PidFile {
  writeOnce(paths.pid, fenceText);
  return readPidFile(paths);
}

/**
 * The living leader, or null: same pid and same start. A wrapper also has the attempt's mark in its environment, where that can be read; a tool may have been
 * executed with another environment by itself.
 */
export function findLeader(leader: LeaderRecord, attemptId: string): ProcessEntry | null {
  const entry = readProcess(leader.pid);
  if (entry === null || entry.group !== entry.pid || !startedTogether(entry, leader)) return null;
  if (leader.launcher !== null) return entry;
  const environment = entry.environment();
  return environment === null || descendsFrom(environment, attemptId) ? entry : null;
}

/** The wrapper of an attempt, whose child the tool is; null where the tool leads its group itself, or nothing is known. */
export function knownWrapper(paths: AttemptPaths): number | null {
  const file = readPidFile(paths);
  return file.kind === 'leader' && file.leader.launcher === null ? file.leader.pid : null;
}

/** Whether the launcher that owes the exit file is still there to write it. */
export function launcherLives({ launcher }: LeaderRecord): boolean {
  return launcher !== null && readProcess(launcher.pid)?.start === launcher.start;
}

function startedTogether(entry: ProcessEntry, leader: LeaderRecord): boolean {
  if (leader.start !== null && entry.startedAtMs === null) return entry.start === leader.start;
  // The wrapper writes its pid file at once; `ps` tells the start to the second.
  return entry.startedAtMs !== null && Math.abs(entry.startedAtMs - leader.writtenAtMs) <= 5000;
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
