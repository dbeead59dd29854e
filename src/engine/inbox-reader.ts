import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { readInbox, removeSignal } from './inbox.ts';
import type { RowSource } from './restore.ts';
import type { Signal, SignalAnswer } from './signal.ts';

/** What an inbox is read for. `applied`: the ids of the signals that the run's history holds already. */
export interface InboxParts {
  readonly folder: string;
  readonly engine: Engine;
  readonly store: RowSource;
  readonly applied: Iterable<string>;
}

/** Hands the commands in a run's inbox to its engine, each once, and removes them when their answer is on disk. */
export class InboxReader {
  readonly folder: string;
  readonly #engine: Engine;
  readonly #store: RowSource;
  readonly #applied: Set<string>;
  readonly #signal: AbortSignal;
  #failed = false;

  /** After `signal` aborts nothing more is taken out of the inbox. */
  constructor(parts: InboxParts, signal: AbortSignal) {
    this.folder = parts.folder;
    this.#engine = parts.engine;
    this.#store = parts.store;
    this.#applied = new Set(parts.applied);
    this.#signal = signal;
  }

  /** Applies what is in the inbox now. Never rejects: what is wrong with the folder becomes a note in the history. */
  async apply(): Promise<void> {
    try {
      await this.#takeAll();
    } catch (error) {
      // Said once: the folder is looked at every second.
      if (!this.#failed) this.#engine.note('note', { text: `the inbox cannot be read: ${String(error)}` });
      this.#failed = true;
    }
  }

  /** The answer to one command: the recorded one, where an earlier owner of the run found it in the inbox. */
  async applyOnce(signal: Signal): Promise<SignalAnswer> {
    if (!this.#applied.has(signal.id)) return this.#engine.apply(signal);
    const [row] = await this.#store.query('select answer from signals where signal_id = ?', signal.id);
    return JSON.parse(String(row?.['answer'])) as SignalAnswer;
  }

  async #takeAll(): Promise<void> {
    for (const found of await readInbox(this.folder)) {
      if (this.#signal.aborted) return;
      if ('problem' in found) {
        this.#engine.note('note', {
          text: `a command in the inbox cannot be read and was removed: ${found.file}: ${found.problem}`,
        });
        await rm(join(this.folder, found.file), { recursive: true, force: true });
        continue;
      }
      if (!this.#applied.has(found.id)) {
        this.#applied.add(found.id);
        await this.#engine.apply(found);
      }
      await removeSignal(this.folder, found.id);
    }
  }
}
