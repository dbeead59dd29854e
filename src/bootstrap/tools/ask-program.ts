import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { familyFinder } from '../../tools/process-family.ts';
import { terminate } from '../../tools/terminate.ts';

/** A program and what it is asked. */
export interface Question {
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Aborting stops the program. */
  readonly signal: AbortSignal;
}

/**
 * How a program answered: `ended` by itself (`exitCode` null: by a signal), `stopped` because it took too long, said too much or was not wanted any more, or it
 * could not be started. `said` is what it wrote until then, standard output first.
 */
export type Answer =
  | { readonly kind: 'ended'; readonly exitCode: number | null; readonly said: string }
  | { readonly kind: 'stopped'; readonly said: string }
  | { readonly kind: 'notStarted' };

type Exit = { readonly exitCode: number | null } | 'notStarted';

/** A version is said in a line; nobody needs more than this of the rest. */
const outputLimitBytes = 65_536;

/**
 * Starts a program without a shell, without input and in a session of its own, so that it has no terminal to ask on, and waits for its end. However it ends,
 * nothing of its group is left; of one that had to be stopped, no descendant either. Never rejects.
 */
export async function askProgram(question: Question): Promise<Answer> {
  const child = start(question);
  if (child === null) return { kind: 'notStarted' };
  const limit = limitOf(question);
  const said = listen(child, limit.reach);
  const closed = new Promise<'closed'>((resolve) => child.once('close', () => resolve('closed')));
  try {
    const exit = await Promise.race([exitOf(child), limit.reached]);
    if (exit === 'notStarted') return { kind: 'notStarted' };
    if (exit === 'limit') return await stop(child, said);
    killGroup(child);
    // What left the group may still hold the pipes.
    if ((await Promise.race([closed, limit.reached])) === 'limit') await stop(child, said);
    return { kind: 'ended', exitCode: exit.exitCode, said: said() };
  } finally {
    limit.clear();
  }
}

function start({ program, args, folder, environment }: Question): ChildProcess | null {
  try {
    return spawn(program, [...args], { cwd: folder, env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  } catch {
    // Some errors are thrown and others emitted: a file that is no program, one that is being written.
    return null;
  }
}

interface Limit {
  readonly reached: Promise<'limit'>;
  readonly reach: () => void;
  readonly clear: () => void;
}

function limitOf({ timeoutMs, signal }: Question): Limit {
  let reach = (): void => undefined;
  const reached = new Promise<'limit'>((resolve) => {
    reach = () => resolve('limit');
  });
  const timer = setTimeout(reach, timeoutMs);
  signal.addEventListener('abort', reach, { once: true });
  if (signal.aborted) reach();
  const clear = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', reach);
  };
  return { reached, reach, clear };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', () => resolve('notStarted'));
    child.once('exit', (exitCode) => resolve({ exitCode }));
  });
}

function listen(child: ChildProcess, onTooMuch: () => void): () => string {
  const chunks: { readonly out: Buffer[]; readonly err: Buffer[] } = { out: [], err: [] };
  let sizeBytes = 0;
  const take = (into: Buffer[]) => (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= outputLimitBytes) into.push(chunk);
    else onTooMuch();
  };
  child.stdout?.on('data', take(chunks.out));
  child.stderr?.on('data', take(chunks.err));
  return () => [chunks.out, chunks.err].map((each) => Buffer.concat(each).toString('utf8')).join('\n');
}

async function stop(child: ChildProcess, said: () => string): Promise<Answer> {
  const { pid } = child;
  if (pid !== undefined) {
    const find = familyFinder((entries) => entries.filter(({ group }) => group === pid));
    await terminate({ find, group: pid, graceMs: 0 });
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
  return { kind: 'stopped', said: said() };
}

/** The group of a leader that has ended is there only as long as something is left of it. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
