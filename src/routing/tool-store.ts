import { invariant } from '../errors.ts';
import { lockFolder, releaseLock } from '../store/folder-lock.ts';
import type { StoreLayout } from '../store/layout.ts';
import { waitForOwnerLock } from '../store/owner-lock.ts';
import type { Statement } from '../store/statement.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { KeptStore } from './kept-store.ts';
import type { Query } from './tool-rows.ts';
import { inFolder, toolsFolder } from './tools-folder.ts';

/** What a piece of work under the lock comes to: the statements of one transaction, and its answer. */
export interface Change<Answer> {
  readonly statements: readonly Statement[];
  readonly answer: Answer;
}

interface Job {
  /** Does its work on the store; what it gives back is called when all of that is on disk. */
  readonly run: (store: Store) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/** A turn takes milliseconds, but many engines on a busy machine may stand in line, and whoever gives up fails its step. */
const lockWaitMs = 30_000;
/** So many jobs share one turn under the lock, so that other processes get theirs. */
const mostJobsOfTurn = 64;

/**
 * What all runs of a store share about tools: figures, breakers, turns; in `.stateyard/tools`. Every change is made under the lock of that folder, from
 * what is on disk at that moment, as one transaction. Changes that come together share the lock and its syncs.
 */
export class ToolStore {
  readonly #layout: StoreLayout;
  readonly #kept: KeptStore;
  #jobs: Job[] = [];
  #working: Promise<void> | null = null;
  #closed = false;

  constructor(layout: StoreLayout) {
    this.#layout = layout;
    this.#kept = new KeptStore(toolsFolder(layout));
  }

  /**
   * Does `work` under the lock and gives its answer once its statements are on disk. `work` is done once, in turn with that of others. Rejects with what `work`
   * throws, or with a StoreError: `busy` where another process keeps the lock, `damaged`, `newer`, `unreadable`, `writeFailed`.
   */
  change<Answer>(work: (query: Query) => Promise<Change<Answer>>): Promise<Answer> {
    invariant(!this.#closed, 'the tool store is closed');
    return new Promise((resolve, reject) => {
      const run = async (store: Store): Promise<() => void> => {
        const { statements, answer } = await work((sql, ...values) => store.query(sql, ...values));
        store.transact(statements);
        return () => resolve(answer);
      };
      this.#jobs.push({ run, reject: (error) => reject(withToolAdvice(error)) });
      this.#working ??= this.#work();
    });
  }

  /** Waits for what was begun, brings the database file up to date where nobody else is at it, and lets go. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    if (!this.#kept.isOpen) return;
    const lock = await lockFolder(toolsFolder(this.#layout));
    if (lock === 'owned' || lock === 'gone') return this.#kept.discard();
    try {
      await this.#kept.close();
    } finally {
      await releaseLock(lock);
    }
  }

  async #work(): Promise<void> {
    // What is asked for in the same turn of the machine goes together.
    await Promise.resolve();
    while (this.#jobs.length > 0) {
      const jobs = this.#jobs.splice(0, mostJobsOfTurn);
      await this.#turn(jobs).catch((error: unknown) => jobs.forEach(({ reject }) => reject(error)));
    }
    this.#working = null;
  }

  async #turn(jobs: readonly Job[]): Promise<void> {
    const lock = await inFolder(this.#layout, toolsFolder(this.#layout), (folder) => waitForOwnerLock(folder, lockWaitMs));
    try {
      const store = await this.#kept.open();
      const done: (() => void)[] = [];
      for (const { run, reject } of jobs) await run(store).then((tell) => done.push(tell), reject);
      await this.#kept.settle(store);
      done.forEach((tell) => tell());
    } catch (error) {
      await this.#kept.discard();
      throw error;
    } finally {
      await releaseLock(lock);
    }
  }
}

/** A damaged tool store stands in the way of runs, but is not the truth of any: an error of it with that advice; every other error as it is. */
export function withToolAdvice(error: unknown): Error {
  if (!(error instanceof StoreError)) return error instanceof Error ? error : new Error(String(error));
  if (error.kind !== 'damaged') return error;
  return new StoreError('damaged', error.message, {
    ...(error.file === null ? {} : { file: error.file }),
    ...(error.offset === null ? {} : { offset: error.offset }),
    advice:
      'it holds figures, breakers and turns of the tools, no run: `stateyard doctor --repair` sets it aside, and it is begun anew',
    cause: error,
  });
}
