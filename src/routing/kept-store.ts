import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { loadMigrations } from '../store/migrations.ts';
import { segmentNumbers, segmentPath } from '../store/segment.ts';
import { openStore, type Store } from '../store/store.ts';
import { systemCode } from '../store/store-error.ts';

/** The segment that a store writes to, known by its file: a store that was set aside and begun anew has the same names. */
interface Segment {
  readonly path: string;
  readonly next: string;
  readonly inode: number;
}

/** Beyond this the journal is put into the database file: what a process must read that comes after another one. */
const largestJournalBytes = 256 << 10;

/**
 * The tool store as one process keeps it open between its turns under the lock: as long as nobody else has opened it since, what is in memory is
 * what is on disk, and a turn costs one sync. Every method is called under the lock.
 */
export class KeptStore {
  readonly #folder: string;
  #kept: { readonly store: Store; readonly segment: Segment } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether there is something to let go of. */
  get isOpen(): boolean {
    return this.#kept !== null;
  }

  /** The open store, opened anew where another process has had it meanwhile. Throws StoreError as `openStore` does. */
  async open(): Promise<Store> {
    const kept = this.#kept;
    if (kept !== null && kept.store.failure === null && (await isLast(kept.segment))) return kept.store;
    await this.discard();
    // A checkpoint that begins by itself would go on without the lock.
    const { store } = await openStore({
      folder: this.#folder,
      name: 'tools',
      migrations: loadMigrations('tools'),
      checkpointsItself: false,
    });
    await this.#keep(store);
    // A statement that SQLite refuses is then noticed before it is in the journal.
    await store.warm();
    return store;
  }

  /** Waits until everything is on disk, and keeps the journal short. */
  async settle(store: Store): Promise<void> {
    await store.durable();
    if (store.journalBytes <= largestJournalBytes) return;
    await store.checkpoint();
    await this.#keep(store);
  }

  /** Brings the database file up to date, for other programs to read, and lets go. */
  async close(): Promise<void> {
    const kept = this.#kept;
    if (kept === null) return;
    const ours = kept.store.failure === null && (await isLast(kept.segment));
    this.#kept = null;
    await kept.store.close({ checkpoint: ours });
  }

  /** Lets go of a store that has failed or that another process has taken over. Everything that was acknowledged is on disk. */
  async discard(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    await kept?.store.close({ checkpoint: false }).catch(() => undefined);
  }

  async #keep(store: Store): Promise<void> {
    const number = segmentNumbers(await readdir(this.#folder), 'tools').at(-1) ?? 0;
    const path = segmentPath(this.#folder, 'tools', number);
    const next = segmentPath(this.#folder, 'tools', number + 1);
    this.#kept = { store, segment: { path, next, inode: (await stat(path)).ino } };
  }
}

/** Whether nobody has opened the store since: whoever does makes the next segment first, and may then remove this one. */
async function isLast({ path, next, inode }: Segment): Promise<boolean> {
  try {
    return !existsSync(next) && (await stat(path)).ino === inode;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
