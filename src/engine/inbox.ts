import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asWriteFailure } from '../store/store-error.ts';
import type { Signal, SignalCommand } from './signal.ts';

const commands: ReadonlySet<string> = new Set<SignalCommand>(['cancel', 'pause', 'unpause', 'quarantine', 'approve', 'reject']);

/** A file in an inbox that is no signal: it is removed and reported, never guessed at. */
export interface BadSignal {
  readonly file: string;
  readonly problem: string;
}

/** Puts a signal into the inbox of a live run. Whole or not at all: readers never see half of it. Throws StoreError `writeFailed`. */
export async function sendSignal(inbox: string, signal: Signal): Promise<void> {
  const draft = join(inbox, `.${signal.id}.tmp`);
  try {
    await mkdir(inbox, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(signal), { mode: 0o600 });
    await rename(draft, join(inbox, `${signal.id}.json`));
  } catch (error) {
    throw asWriteFailure(error, draft);
  }
}

/** Takes a signal out of the inbox, after its answer is on disk or because it is not wanted any more. Throws StoreError `writeFailed`. */
export async function removeSignal(inbox: string, id: string): Promise<void> {
  const file = join(inbox, `${id}.json`);
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw asWriteFailure(error, file);
  });
}

/** The signals that wait in an inbox, oldest first. */
export async function readInbox(inbox: string): Promise<(Signal | BadSignal)[]> {
  const names = await readdir(inbox).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw error;
  });
  const found: (Signal | BadSignal)[] = [];
  for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
    try {
      found.push(parseSignal(name, JSON.parse(await readFile(join(inbox, name), 'utf8'))));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      found.push({ file: name, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

/**
 * Calls `onChange` now and after every change of the inbox, one call at a time, until `signal` aborts. Files may come from a
 * process on another mount, of which no watcher tells, so the folder is looked at every second as well.
 */
export function watchInbox(inbox: string, onChange: () => Promise<void>, signal: AbortSignal): void {
  if (signal.aborted) return;
  let running = false;
  let again = false;
  const look = (): void => {
    if (signal.aborted) return;
    again = true;
    if (running) return;
    running = true;
    void (async () => {
      while (again && !signal.aborted) {
        again = false;
        await onChange();
      }
      running = false;
    })();
  };
  const timer = setInterval(look, 1000);
  timer.unref();
  const watcher = startWatcher(inbox, look);
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer);
      watcher?.close();
    },
    { once: true },
  );
  look();
}

/** A machine may have run out of watches: the timer alone serves then, a second later. */
function startWatcher(inbox: string, look: () => void): { close(): void } | null {
  try {
    const watcher = watch(inbox, { persistent: false }, look);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

function parseSignal(name: string, value: unknown): Signal {
  const { id, command, reason, stepId, receivedAtMs } = (value ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string' || name !== `${id}.json`) throw new Error('its id is not its name');
  if (typeof command !== 'string' || !commands.has(command)) throw new Error(`unknown command ${JSON.stringify(command)}`);
  if (reason !== null && typeof reason !== 'string') throw new Error('its reason is not a text');
  if (stepId !== null && typeof stepId !== 'string') throw new Error('its step is not a text');
  if (typeof receivedAtMs !== 'number') throw new Error('receivedAtMs is not a number');
  return { id, command: command as SignalCommand, reason, stepId, receivedAtMs };
}
