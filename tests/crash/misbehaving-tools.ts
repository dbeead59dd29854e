import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProcess } from '../../src/tools/process-table.ts';
import { binary, until, type Sandbox } from '../conformance/sandbox.ts';

/** Adds the pid of the shell to the list that {@link listedPids} reads. */
const list = 'echo $$ >>"$FOLDER/pids"';
const stubborn = `sh -c '${list}; trap "" TERM INT HUP; for i in $(seq 60); do sleep 1; done'`;
/** Perl that sheds its name, and with it its environment as others see it; then it goes on as \`rest\`. */
const renamed = (rest: string): string =>
  `perl -e 'use POSIX; ${rest}; open my $l, ">>", "$ENV{FOLDER}/pids"; print $l "$$\\n"; close $l; $0 = "other" . "x" x 3000; $SIG{TERM} = "IGNORE"; sleep 1 for 1 .. 60'`;

/**
 * Scripts that do what a tool should not, and go on for a minute. Every process that is hard to stop lists its pid: one a script.
 */
export const unstoppable: Readonly<Record<string, string>> = {
  ignores_term: stubborn,
  double_fork: `( ( ${stubborn} & ) & ); sleep 60`,
  setsid: `setsid ${stubborn} & wait`,
  setsid_daemon: `( setsid ${stubborn} </dev/null >/dev/null 2>&1 & ); sleep 60`,
  closes_descriptors: `exec <&- >&- 2>&-; ${stubborn}`,
  renames_itself: renamed('1'),
  renames_itself_in_another_session: renamed('fork and do { sleep 60 }; POSIX::setsid()'),
  renames_itself_as_daemon: `${renamed('exit if fork; POSIX::setsid(); exit if fork')}; sleep 60`,
  drops_environment: `F=$FOLDER; env -i PATH="$PATH" FOLDER="$F" setsid ${stubborn} & wait`,
  drops_every_mark: `F=$FOLDER; env -i PATH="$PATH" FOLDER="$F" setsid ${stubborn} </dev/null >/dev/null 2>&1 & wait`,
  keeps_forking: `${list}; trap "" TERM; for i in $(seq 1000); do setsid sleep 20 & ( sleep 20 & ); sleep 0.05; done`,
  removes_its_folder: `rm -rf "$(dirname "$STATEYARD_OUTPUT")"; ${stubborn}`,
  is_suspended: `${list}; kill -STOP $$; sleep 60`,
};

/** A workflow file with one step for each script, all at once; `head` is the lines before \`steps\`. */
export function workflowOf(scripts: Readonly<Record<string, string>>, head: string, each = ''): string {
  const steps = Object.entries(scripts).map(([id, script]) => `  ${id}:\n${each}    run: ${JSON.stringify(script)}\n`);
  return `name: misbehaving\nmax_parallel: 32\non_failure: continue\n${head}\nsteps:\n${steps.join('')}`;
}

/** The pids that the scripts have listed so far. */
export function listedPids(box: Sandbox): number[] {
  return box
    .read('pids')
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Waits until so many processes have listed themselves. */
export function allListed(box: Sandbox, count: number): Promise<number[]> {
  return until(`${String(count)} processes`, () => (listedPids(box).length >= count ? listedPids(box) : null));
}

/** The listed processes that are alive, with their names. */
export function living(box: Sandbox): string[] {
  return listedPids(box).flatMap((pid) => (readProcess(pid) === null ? [] : [`${String(pid)} ${commandOf(pid)}`]));
}

/** What lives of the project in any way: the listed ones, and all that carry its folder in their environment. */
export function leftovers(box: Sandbox): string[] {
  return [...new Set([...living(box), ...box.tools().map((pid) => `${String(pid)} ${commandOf(pid)}`)])];
}

/** The environment that makes a program of Node write its largest memory, in KiB, to a file of the project when it ends. */
export function measured(box: Sandbox): { readonly env: Record<string, string>; readonly peakMib: () => number } {
  const hook = box.write(
    'peak.cjs',
    "process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));\n",
  );
  const env = { NODE_OPTIONS: `--require ${join(box.folder, hook)}`, PEAK: join(box.folder, 'peak') };
  return { env, peakMib: () => Number(box.read('peak')) / 1024 };
}

/** Runs a command of the program on a terminal of its own (made by `script`); all that reached the terminal. */
export function onTerminal(
  box: Sandbox,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const command = [process.execPath, binary, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const env = { PATH: process.env['PATH'] ?? '', HOME: box.folder, LANG: 'C.UTF-8', TERM: 'xterm-256color', FOLDER: box.folder };
  const child = spawn('script', ['-qfec', command, '/dev/null'], { cwd: box.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, screen }));
  });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1')
      .replaceAll('\0', ' ')
      .slice(0, 60);
  } catch {
    return 'gone';
  }
}
