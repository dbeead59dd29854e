import { spawnSync } from 'node:child_process';
import { lineageVariable } from './lineage.ts';
import type { ProcessEntry } from './process-table.ts';

const columns = 'pid=,ppid=,pgid=,stat=,lstart=,command=';

/** The processes as `ps` tells them, for systems without /proc; of one pid only, where that is given. Empty when `ps` fails. */
export function processListWithPs(pid?: number): ProcessEntry[] {
  // Without a dash before it, `axE` would mean something else to the ps of Linux, where `e` shows the environment.
  const showAll = process.platform === 'linux' ? 'axeww' : '-axEww';
  const showOne = process.platform === 'linux' ? 'eww' : '-Eww';
  const which = pid === undefined ? [showAll] : [showOne, '-p', String(pid)];
  const { stdout } = spawnSync('ps', [...which, '-o', columns], {
    encoding: 'latin1',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return typeof stdout === 'string' ? parseProcessList(stdout) : [];
}

const line = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+[\d:]+\s+\d{4})(?:\s(.*))?$/;

/** Parses what {@link processListWithPs} asks for; lines that do not fit and zombies are left out. */
export function parseProcessList(text: string): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const each of text.split('\n')) {
    const match = line.exec(each);
    if (match === null || match[4]?.startsWith('Z') === true) continue;
    const [, pid, parentPid, group, , start = '', command = ''] = match;
    const startedAtMs = Date.parse(start);
    // `ps` puts the environment after the arguments. Our own variable holds no space, so splitting at spaces finds it whole.
    // macOS hides the environment of the system's own programs: then nothing can be said about it.
    const environment = command.includes(` ${lineageVariable}=`) ? command.replaceAll(' ', '\0') : null;
    entries.push({
      pid: Number(pid),
      parentPid: Number(parentPid),
      group: Number(group),
      session: Number(group),
      start,
      startedAtMs: Number.isNaN(startedAtMs) ? null : startedAtMs,
      environment: () => environment,
    });
  }
  return entries;
}
