import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const defaultPollMs = 200;
const blockBytes = 64 * 1024;

/** Waits for a change of the file, for `pollMs`, or for the signal: whichever comes first. */
class Alarm {
  readonly #path: string;
  readonly #pollMs: number;
  readonly #signal: AbortSignal;
  #watcher: FSWatcher | null = null;
  #watchFailed = false;
  #changed = false;
  #wake: (() => void) | null = null;

  constructor(path: string, pollMs: number, signal: AbortSignal) {
    this.#path = path;
    this.#pollMs = pollMs;
    this.#signal = signal;
  }

  /** Starts to watch; to be called once the file exists. Where watching is not possible (limits, file system) polling remains. */
  watchFile(): void {
    if (this.#watcher !== null || this.#watchFailed) return;
    try {
      this.#watcher = watch(this.#path, { persistent: false }, () => this.#ring());
      this.#watcher.on('error', () => this.#giveUpWatching());
    } catch {
      this.#giveUpWatching();
    }
  }

  async wait(): Promise<void> {
    if (!this.#changed && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, this.#pollMs);
        this.#signal.addEventListener('abort', done);
        this.#wake = done;
      });
      this.#wake = null;
    }
    this.#changed = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #ring(): void {
    this.#changed = true;
    this.#wake?.();
  }

  #giveUpWatching(): void {
    this.#watchFailed = true;
    this.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Gives the bytes from `position` to `end` (or to the end of the file) to `onBytes`; returns the new position. */
async function readUpTo(
  file: FileHandle,
  position: number,
  end: number,
  onBytes: (bytes: Buffer) => Promise<void> | void,
): Promise<number> {
  const block = Buffer.allocUnsafe(blockBytes);
  let at = position;
  while (at < end) {
    const { bytesRead } = await file.read(block, 0, Math.min(blockBytes, end - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
    await onBytes(block.subarray(0, bytesRead));
  }
  return at;
}

/**
 * Gives the text of a log file from its beginning, and what is added to it until `signal` is aborted; then reads to the end of the
 * file once more and resolves, so that nothing written before the abort is lost. The file need not exist yet. A file that became
 * shorter is read again from its start. Chunks end between characters and are at most 64 KiB; undecodable bytes become U+FFFD;
 * `onChunk` is awaited before the next one is read. Changes are seen at once where the system reports them, else within `pollMs`.
 * Errors of the file system other than a missing file, and those of `onChunk`, reject.
 */
export async function followLog(
  path: string,
  onChunk: (text: string) => Promise<void> | void,
  signal: AbortSignal,
  options: { readonly pollMs?: number } = {},
): Promise<void> {
  const alarm = new Alarm(path, options.pollMs ?? defaultPollMs, signal);
  let decoder = new StringDecoder('utf8');
  const give = async (text: string): Promise<void> => {
    if (text !== '') await onChunk(text);
  };
  let file: FileHandle | null = null;
  let position = 0;
  try {
    for (;;) {
      const last = signal.aborted;
      file ??= await openIfThere(path);
      if (file !== null) {
        alarm.watchFile();
        const { size } = await file.stat();
        if (size < position) {
          await give(decoder.end());
          decoder = new StringDecoder('utf8');
          position = 0;
        }
        position = await readUpTo(file, position, size, (bytes) => give(decoder.write(bytes)));
      }
      if (last) break;
      await alarm.wait();
    }
    await give(decoder.end());
  } finally {
    alarm.close();
    await file?.close();
  }
}
