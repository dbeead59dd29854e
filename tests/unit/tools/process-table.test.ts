import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { descendsFrom, entryOf, extendLineage } from '../../../src/tools/lineage.ts';
import { parseProcessList, processListWithPs } from '../../../src/tools/process-list-ps.ts';
import { groupExists, listProcesses, parseStat, readProcess, withoutOwnAncestry } from '../../../src/tools/process-table.ts';

const stat = (name: string, state = 'S'): string =>
  `321 (${name}) ${state} 7 8 9 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 987654 1000 20 18446744073709551615\n`;

describe('a line of /proc/PID/stat', () => {
  it.each(['sh', 'a b', 'x) S 1 1 1', '(', 'new\nline'])('is read whatever the name of the program is: %j', (name) => {
    expect(parseStat(stat(name))).toEqual({ pid: 321, parentPid: 7, group: 8, session: 9, start: '987654', startedAtMs: null });
  });

  it('is nothing for a zombie, and for a damaged or cut line', () => {
    expect(parseStat(stat('sh', 'Z'))).toBeNull();
    expect(parseStat('')).toBeNull();
    expect(parseStat('321 (sh) S 1 2')).toBeNull();
    expect(parseStat('no pid (sh) S 1 2')).toBeNull();
  });
});

describe('the process table', () => {
  it('knows this process, its parent and its environment', () => {
    const own = readProcess(process.pid);
    expect(own).toMatchObject({ pid: process.pid, parentPid: process.ppid });
    expect(listProcesses().find(({ pid }) => pid === process.pid)?.start).toBe(own?.start);
  });

  it.each([
    ['the own way', readProcess],
    ['ps', (pid: number) => processListWithPs(pid)[0] ?? null],
  ])('sees a process with its mark while it lives, and no zombie, by %s', async (_, read) => {
    const child = spawn('sleep', ['300'], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, STATEYARD_LINEAGE: 'RUN/ATTEMPT' },
    });
    const pid = child.pid ?? 0;
    const entry = read(pid);
    expect(entry).toMatchObject({ pid, group: pid, parentPid: process.pid });
    expect(descendsFrom(entry?.environment() ?? '', 'ATTEMPT')).toBe(true);
    if (entry?.startedAtMs !== null) expect(Math.abs(Date.now() - (entry?.startedAtMs ?? 0))).toBeLessThan(5000);
    expect(groupExists(pid)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(read(pid)).toBeNull();
    expect(groupExists(pid)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('does not count a zombie as alive', async () => {
    // The parent replaces itself by a program that never collects its child.
    const parent = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
      const child = Number(chunk.toString());
      const isSleep = (pid = 0): void => expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n');
      await vi.waitFor(() => [parent.pid, child].forEach((pid) => isSleep(pid)), { timeout: 5000, interval: 5 });
      process.kill(child, 'SIGKILL');
      await vi.waitFor(() => expect(readProcess(child)).toBeNull(), { timeout: 5000, interval: 5 });
      expect(() => process.kill(child, 0)).not.toThrow();
    } finally {
      const ended = once(parent, 'exit');
      parent.kill('SIGKILL');
      await ended;
    }
  });

  it('lists the same processes through ps', () => {
    const seen = new Set(processListWithPs().map(({ pid }) => pid));
    expect(seen.has(process.pid)).toBe(true);
    expect(seen.has(process.ppid)).toBe(true);
  });

  it('never offers this process, its ancestors or the first process to be signaled', () => {
    const entry = (pid: number, parentPid: number) => ({
      pid,
      parentPid,
      group: 1,
      session: 1,
      start: '1',
      startedAtMs: null,
      environment: () => null,
    });
    const all = [entry(1, 0), entry(10, 1), entry(20, 10), entry(30, 20), entry(40, 20), entry(50, 1)];
    expect(withoutOwnAncestry(all, 30).map(({ pid }) => pid)).toEqual([40, 50]);
  });

  it('survives a loop of parents', () => {
    const entry = (pid: number, parentPid: number) => ({
      pid,
      parentPid,
      group: 1,
      session: 1,
      start: '1',
      startedAtMs: null,
      environment: () => null,
    });
    expect(withoutOwnAncestry([entry(10, 20), entry(20, 10), entry(30, 1)], 10).map(({ pid }) => pid)).toEqual([30]);
  });
});

describe('the answer of ps', () => {
  it('is parsed, without zombies and lines that do not fit', () => {
    const text = [
      '    1     0     1 Ss   Mon Jan  5 10:00:00 2026 /sbin/init',
      '  501     1   501 S+   Mon Jan  5 10:01:02 2026 sh -c x STATEYARD_LINEAGE=A/B HOME=/h',
      '  502   501   501 Z    Mon Jan  5 10:01:03 2026 (sh)',
      '  503   501   501 S    Mon Jan  5 10:01:03 2026',
      'ps: something went wrong',
      '',
    ].join('\n');
    const entries = parseProcessList(text);
    expect(entries.map(({ pid, parentPid, group }) => [pid, parentPid, group])).toEqual([
      [1, 0, 1],
      [501, 1, 501],
      [503, 501, 501],
    ]);
    expect(entries[0]?.environment()).toBeNull();
    expect(descendsFrom(entries[1]?.environment() ?? '', 'B')).toBe(true);
    expect(entries[1]?.startedAtMs).toBe(new Date(2026, 0, 5, 10, 1, 2).getTime());
  });
});

describe('a lineage', () => {
  it('is extended, outermost first, without what is missing', () => {
    expect(extendLineage(undefined, 'R', 'A')).toBe('R/A');
    expect(extendLineage('', 'R', 'A')).toBe('R/A');
    expect(extendLineage('R/A', 'S', 'B')).toBe('R/A/S/B');
  });

  it('is found among the variables by whole ids and whole names', () => {
    const environment = 'XSTATEYARD_LINEAGE=no\0PATH=/bin\0STATEYARD_LINEAGE=R/A\0HOME=/h\0';
    expect(descendsFrom(environment, 'A')).toBe(true);
    expect(descendsFrom(environment, 'R')).toBe(true);
    expect(descendsFrom(environment, 'no')).toBe(false);
    expect(descendsFrom(environment, 'R/A')).toBe(false);
    expect(descendsFrom('', 'A')).toBe(false);
    expect(entryOf('FIRST=1\0LAST=2', 'LAST')).toBe('2');
    expect(entryOf('FIRST=1\0LAST=2', 'FIRST')).toBe('1');
    expect(entryOf('FIRST=1\0LAST=2', 'IRST')).toBeNull();
  });
});
