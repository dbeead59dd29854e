import { watch, type FSWatcher } from 'node:fs';
import type { StoreReader } from './reader.ts';

const defaultPollMs = 200;

/**
 * Keeps a reader at the newest record until `signal` is aborted: refreshes it whenever its folder changes (and every `pollMs`, for file systems that
 * tell nothing), and calls `onChange` after each refresh that brought something. Rejects with what refresh or `onChange` throws.
 */
export async function follow(
  reader: StoreReader,
  onChange: () => void | Promise<void>,
  signal: AbortSignal,
  pollMs = defaultPollMs,
): Promise<void> {
  const changes = new ChangeSignal(reader.folder);
  signal.addEventListener('abort', changes.raise);
  try {
    while (!signal.aborted) {
      if (await reader.refresh()) await onChange();
      if (!signal.aborted) await changes.next(pollMs);
    }
  } finally {
    signal.removeEventListener('abort', changes.raise);
    changes.close();
  }
}

/** Remembers that a folder changed while nobody waited. */
class ChangeSignal {
  #raised = false;
  #wake: (() => void) | null = null;
  readonly #watcher: FSWatcher | null;

  constructor(folder: string) {
    this.#watcher = watchOrNull(folder, this.raise);
    // A watcher that fails later leaves the polling.
    this.#watcher?.on('error', () => this.#watcher?.close());
  }

  readonly raise = (): void => {
    this.#raised = true;
    this.#wake?.();
  };

  next(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        this.#raised = false;
        resolve();
      };
      const timer = setTimeout(finish, atMostMs);
      this.#wake = finish;
      if (this.#raised) finish();
    });
  }

  close(): void {
    this.#watcher?.close();
  }
}

/** Some systems have no watches left, or none for the folder's file system. */
function watchOrNull(folder: string, listener: () => void): FSWatcher | null {
  try {
    return watch(folder, listener);
  } catch {
    return null;
  }
}
