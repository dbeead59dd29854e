import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ulid } from 'ulid';
import { test as plainTest, vi } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

// A bound for what hangs, not for what is slow: a test takes seconds on a free machine, many times that on a busy one.
vi.setConfig({ testTimeout: 120_000 });

/** The built program; STATEYARD_TEST_BINARY names another build. */
export const binary = process.env['STATEYARD_TEST_BINARY'] ?? join(root, 'dist/stateyard.js');

/** Where the workflow files of the tests are. */
export const fixtures = join(root, 'tests/fixtures');

/** What JSON.parse gives: the tests look into it without a check before. */
export type Parsed = ReturnType<typeof JSON.parse>;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  /** Kills the program alone, never its tools. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** How a command is started, beyond its arguments. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with every piece of standard output, in the moment in which it arrives. */
  readonly onOutput?: (text: string, child: ChildProcess) => void;
}

/** Waits until `condition` gives something, looking again and again; fails after `withinMs` with `what`. */
export async function until<T>(
  what: string,
  condition: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinMs = 60_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((again) => setTimeout(again, 10));
  }
}

/**
 * A temporary project with a store of its own. Steps find three things in their environment: TRACE, a file to add lines to; GATE, a named
 * pipe from which each line that they read is given by {@link Sandbox.open}; FOLDER, the project. At the end of the test
 * everything of it is killed and removed.
 */
export class Sandbox {
  readonly folder: string;
  readonly store: string;
  /** A run id for `--id`. A fresh one: at the end of a run all processes that carry its id are stopped. */
  readonly id = ulid();
  readonly #gate: number;
  readonly #children: Running[] = [];

  constructor(name: string) {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: npm run build`);
    this.folder = mkdtempSync(join(tmpdir(), `stateyard-case-${name}-`));
    this.store = join(this.folder, '.stateyard');
    mkdirSync(join(this.folder, '.git'));
    execFileSync('mkfifo', [join(this.folder, 'gate')]);
    // Open for both, the pipe never blocks this process, and a line waits in it until a step reads it.
    this.#gate = openSync(join(this.folder, 'gate'), 'r+');
    writeFileSync(join(this.folder, 'trace'), '');
  }

  /** Copies a workflow of the fixtures into the project; its name there. */
  use(name: string): string {
    const file = `${name}.yaml`;
    copyFileSync(join(fixtures, 'workflows', file), join(this.folder, file));
    return file;
  }

  /** Writes a file of the project; its name there. */
  write(name: string, text: string | Uint8Array): string {
    writeFileSync(join(this.folder, name), text);
    return name;
  }

  /** A file of the project as text; empty while there is none. */
  read(name: string): string {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** What the steps have written to TRACE, line by line. */
  trace(): string[] {
    return this.read('trace')
      .split('\n')
      .filter((line) => line !== '');
  }

  /** Waits until the steps have written a line to TRACE at least `times` times. */
  async traced(line: string, times = 1): Promise<void> {
    await until(`"${line}" in the trace`, () => this.trace().filter((each) => each === line).length >= times);
  }

  /** Lets so many readers of GATE go on, now or when they come. */
  open(times = 1): void {
    writeSync(this.#gate, 'go\n'.repeat(times));
  }

  /** Starts a command of the program. */
  start(args: readonly string[], options: StartOptions = {}): Running {
    const child = spawn(process.execPath, [binary, ...args], {
      cwd: options.cwd ?? this.folder,
      env: { ...this.#environment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.onOutput?.(text, child);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Ended>((done, fail) => {
      child.on('error', fail);
      child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
    });
    const running = {
      child,
      pid: child.pid ?? 0,
      stdout: () => stdout,
      stderr: () => stderr,
      ended,
      kill: (signal: NodeJS.Signals) => void child.kill(signal),
    };
    this.#children.push(running);
    return running;
  }

  /** Runs a command of the program to its end. */
  cli(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** Runs a command with `--json`; what it printed as one value, or where it printed several lines, the last one. */
  async json(...args: string[]): Promise<{ readonly code: number | null; readonly value: Parsed; readonly lines: Parsed[] }> {
    const { code, stdout } = await this.cli(...args, '--json');
    const lines = jsonLines(stdout);
    return { code, value: lines.at(-1), lines };
  }

  /** The steps of a run by id, as `show` tells them. */
  async steps(run = '@latest'): Promise<Record<string, Parsed>> {
    const { value } = await this.json('show', run);
    return Object.fromEntries(value.steps.map((step: { step_id: string }) => [step.step_id, step]));
  }

  /** What a step printed. */
  async log(step: string, run = '@latest'): Promise<string> {
    return (await this.cli('logs', run, step)).stdout;
  }

  /** The processes that the tools of this project's runs still have, by pid. */
  tools(): number[] {
    return processesWith(`FOLDER=${this.folder}`).filter((pid) => !this.#children.some((child) => child.pid === pid));
  }

  /** Kills every tool of this project, as a machine that loses its power does. */
  killTools(): void {
    for (const pid of this.tools()) killQuietly(pid);
  }

  /** Ends and removes everything. */
  dispose(): void {
    for (const { child, pid } of this.#children) if (child.exitCode === null && child.signalCode === null) killQuietly(pid);
    for (let left = this.tools(); left.length > 0; left = this.tools()) left.forEach(killQuietly);
    closeSync(this.#gate);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #environment(): Record<string, string> {
    const at = (name: string): string => join(this.folder, name);
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      // Compiled code of the program is no file of a project.
      XDG_CACHE_HOME: join(root, 'node_modules/.cache'),
      LANG: 'C.UTF-8',
      TRACE: at('trace'),
      GATE: at('gate'),
      FOLDER: this.folder,
    };
  }
}

/** `test` with a sandbox of its own, `box`. */
export const test = plainTest.extend<{ box: Sandbox }>({
  box: async ({ task }, use) => {
    const box = new Sandbox(task.id);
    try {
      await use(box);
    } finally {
      box.dispose();
    }
  },
});

/** The values of JSON Lines, or of one JSON text that may be spread over lines. */
export function jsonLines(text: string): Parsed[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function processesWith(variable: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(variable))
    .map(Number);
}

/** A process that has gone, or a zombie, has no environment. */
function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
