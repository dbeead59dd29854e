import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../../schemas/outcome.ts';

/** The log of one call of a function: made with its first line, and at most of a size. What cannot be written is lost, as it is with a process on a full disk. */
export class FunctionCallLog {
  readonly #folder: string;
  readonly #limitBytes: number;
  #bytes = 0;
  #file: number | null = null;
  #broken = false;
  /** Called once, with the first line that does not fit any more. */
  onLimit: () => void = () => undefined;

  constructor(folder: string, limitBytes: number) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** Adds a line. */
  write(text: string): void {
    if (this.#broken || this.#bytes > this.#limitBytes) return;
    const line = Buffer.from(`${text}\n`);
    this.#bytes += line.length;
    if (this.#bytes > this.#limitBytes) return this.onLimit();
    try {
      this.#file ??= open(this.#folder);
      writeSync(this.#file, line);
    } catch {
      this.#broken = true;
    }
  }

  /** The failure of an attempt that has printed more than it may; null when it has not. */
  overflow(): Outcome | null {
    return this.#bytes > this.#limitBytes ? { kind: 'logLimit', limitBytes: this.#limitBytes } : null;
  }

  /** Nothing is written any more. */
  close(): void {
    this.#broken = true;
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function open(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openSync(join(folder, 'log'), 'a', 0o600);
}
