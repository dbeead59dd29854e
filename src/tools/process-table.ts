import { closeSync, existsSync, openSync, readFileSync, readdirSync, readSync } from 'node:fs';
import { processListWithPs } from './process-list-ps.ts';

/** One living process; a zombie is not one. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** Process group. */
  readonly group: number;
  /** Session; where the system does not tell, the group again. */
  readonly session: number;
  /** Opaque; differs between two processes that had the same pid. */
  readonly start: string;
  /** When it started, in milliseconds since 1970, good to a second; null where `start` is exact (Linux). */
  readonly startedAtMs: number | null;
  /** The environment it was started with, entries separated by NUL; null when it cannot be read. */
  readonly environment: () => string | null;
}

const hasProc = existsSync('/proc/self/stat');

/** Every living process that can be seen. Processes that end meanwhile are left out. */
export function listProcesses(): ProcessEntry[] {
  if (!hasProc) return processListWithPs();
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 49 || first > 57) continue;
    const entry = readProc(name);
    if (entry !== null) entries.push(entry);
  }
  return entries;
}

/** The living process `pid`, or null. */
export function readProcess(pid: number): ProcessEntry | null {
  if (hasProc) return readProc(String(pid));
  return processListWithPs(pid).find((entry) => entry.pid === pid) ?? null;
}

/** The processes without this one and its ancestors: what may be signaled without cutting off the branch we sit on. */
export function withoutOwnAncestry(entries: readonly ProcessEntry[], ownPid = process.pid): ProcessEntry[] {
  const parents = new Map(entries.map((entry) => [entry.pid, entry.parentPid]));
  const ancestry = new Set<number>();
  for (let pid: number | undefined = ownPid; pid !== undefined && pid > 1 && !ancestry.has(pid); pid = parents.get(pid)) {
    ancestry.add(pid);
  }
  return entries.filter((entry) => entry.pid > 1 && !ancestry.has(entry.pid));
}

/** Whether anything, zombies included, is in the process group. Costs one system call. */
export function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Parses one line of `/proc/PID/stat`; null when it is damaged or tells of a zombie. */
export function parseStat(line: string): Omit<ProcessEntry, 'environment'> | null {
  // The name in parentheses may itself hold spaces, parentheses and newlines: the fields begin after the last one.
  const nameEnd = line.lastIndexOf(')');
  if (nameEnd < 0) return null;
  const fields = line.slice(nameEnd + 2).split(' ');
  const [state, parent, group, session] = fields;
  const start = fields[19];
  const pid = Number.parseInt(line, 10);
  if (start === undefined || !Number.isSafeInteger(pid) || state === 'Z' || state === 'X') return null;
  return {
    pid,
    parentPid: Number(parent),
    group: Number(group),
    session: Number(session),
    start: start.trim(),
    startedAtMs: null,
  };
}

/** Group 0 is a thread of the kernel, or a process of another namespace: no use in asking for its environment. */
function readProc(name: string): ProcessEntry | null {
  const stat = readOrNull(`/proc/${name}/stat`);
  const parsed = stat === null ? null : parseStat(stat);
  if (parsed === null) return null;
  let environment: string | null | undefined;
  return {
    ...parsed,
    environment: () => (environment ??= parsed.group === 0 ? null : readOrNull(`/proc/${name}/environ`)),
  };
}

const page = Buffer.allocUnsafeSlow(64 * 1024);

/** Null for every error: the process is gone (ENOENT, ESRCH) or not ours to read (EACCES, EPERM). */
function readOrNull(path: string): string | null {
  try {
    const file = openSync(path, 'r');
    try {
      const length = readSync(file, page, 0, page.length, 0);
      // Nearly always all of it is read at once; a listing reads two files a process, while tools wait to be stopped.
      return length < page.length ? page.toString('latin1', 0, length) : readFileSync(path, 'latin1');
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
