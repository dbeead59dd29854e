import { invariant, InvariantError } from '../errors.ts';
import { Backlog } from './backlog.ts';
import type { Database } from './database.ts';
import { nodeDisk, type Disk } from './disk.ts';
import { sealImage } from './image.ts';
import type { JournalWriter } from './journal-writer.ts';
import { openForWriting, publishImage, type Opened, type Recovery } from './opening.ts';
import type { StoreName } from './segment.ts';
import { checkStatement, type Row, type SqlValue, type Statement } from './statement.ts';
import { asReadFailure, StoreError } from './store-error.ts';
import { readSurvey, type StorePlace, type Survey } from './survey.ts';

export type { Recovery } from './opening.ts';

/** How to open a store; see {@link openStore}. */
export interface StoreOptions {
  readonly folder: string;
  readonly name: StoreName;
  /** Numbered SQL scripts; those that the store has not seen are applied, in order. The first makes the table `meta`. */
  readonly migrations: readonly string[];
  readonly disk?: Disk;
  /** Refuse (StoreError `missing`) instead of making a new store. */
  readonly mustExist?: boolean;
  /** False: {@link Store.checkpoint} alone writes the database file, so nothing goes on after `durable`, and the lock may be released then. */
  readonly checkpointsItself?: boolean;
}

const backlogLimitBytes = 1 << 16;
const smallestCheckpointBytes = 4 << 20;

/**
 * Opens a store for writing and recovers what a crash left; does not load SQLite. The caller holds the owner lock: a second opening takes the store
 * away from the first. Throws StoreError: `damaged`, `missing`, `newer`, `unreadable`, `writeFailed` or `fenced`.
 */
export async function openStore(options: StoreOptions): Promise<{ store: Store; recovery: Recovery }> {
  const place = { disk: options.disk ?? nodeDisk, folder: options.folder, name: options.name };
  let store: Store | null = null;
  const checkpointsItself = options.checkpointsItself ?? true;
  const opened = await openForWriting(place, options.mustExist ?? false, () => {
    if (checkpointsItself) store?.afterSync();
  });
  store = new Store(place, opened);
  try {
    store.migrate(options.migrations, opened.state.schema);
  } catch (error) {
    await store.close({ checkpoint: false });
    throw error;
  }
  return { store, recovery: opened.recovery };
}

/** An open store, its only writer. Made by {@link openStore}. */
export class Store {
  readonly #place: StorePlace;
  readonly #journal: JournalWriter;
  readonly #backlog: Backlog;
  #database: Database | null = null;
  #loading: Promise<Database> | null = null;
  #checkpointing: Promise<void> = Promise.resolve();
  #checkpointDue = false;
  #imageSequence: number;
  #imageBytes: number;
  #closing: Promise<void> | null = null;

  constructor(place: StorePlace, opened: Opened) {
    this.#place = place;
    this.#journal = opened.writer;
    this.#backlog = new Backlog(opened.state.head.sequence + 1, backlogLimitBytes);
    this.#imageSequence = opened.image?.sequence ?? -1;
    this.#imageBytes = opened.image?.bytes ?? 0;
  }

  /** The last record's number, the one that is still being gathered included; 0 before the first. */
  get sequence(): number {
    return this.#journal.sequence;
  }

  /** The last record's number that is safe on the disk. */
  get durableSequence(): number {
    return this.#journal.synced.sequence;
  }

  /** The hash (64 hex digits) of the last record that is safe on the disk; it stands for the whole history before it. */
  get headHash(): string {
    return this.#journal.synced.hash;
  }

  /** Why the store accepts nothing more, or null. */
  get failure(): StoreError | null {
    return this.#journal.failure;
  }

  /** Bytes of the journal that are not in the database file. */
  get journalBytes(): number {
    return this.#journal.outstandingBytes;
  }

  /**
   * Adds statements as one atomic unit to the next record, and gives that record's number. Returns at once; {@link Store.durable} says when it is safe.
   * Throws the failure of a store that has one, and InvariantError for statements that SQLite refuses (noticed only once it is loaded).
   */
  transact(statements: readonly Statement[]): number {
    const sequence = this.#append(statements, null);
    this.#journal.flush();
    return sequence;
  }

  /** Resolves when everything transacted so far is synced; rejects with the failure, for ever, once there is one. */
  durable(): Promise<void> {
    return this.#journal.durable();
  }

  /** The rows of one reading statement, which sees everything transacted. Loads SQLite on first use. */
  async query(sql: string, ...values: SqlValue[]): Promise<Row[]> {
    this.#refuseClosed();
    return (await this.#load()).query(sql, values);
  }

  /** Loads SQLite and catches up, so that a later query need not wait. */
  async warm(): Promise<void> {
    this.#refuseClosed();
    await this.#load();
  }

  /** Writes the database file, and removes the part of the journal that is in it. An error of the disk ends the store. */
  checkpoint(): Promise<void> {
    this.#refuseClosed();
    return this.#queueCheckpoint();
  }

  /** Waits until all is safe, writes the database file unless `checkpoint` is false, and lets go. Lets go of a failed store too, but rejects. */
  close({ checkpoint = true }: { readonly checkpoint?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(checkpoint);
    return this.#closing;
  }

  /** Applies the migrations after the first `done`. For {@link openStore}. */
  migrate(migrations: readonly string[], done: number): void {
    if (done > migrations.length) {
      throw new StoreError(
        'newer',
        `the store has schema ${done}; this version knows ${migrations.length} (${this.#place.folder})`,
        {
          file: this.#place.folder,
          advice: 'use a newer version of stateyard',
        },
      );
    }
    const missed = migrations.slice(done).map((script): Statement => [script]);
    // Not flushed: it joins the first record, and with nothing to follow it there is nothing to keep.
    if (missed.length > 0) this.#append([...missed, [`pragma user_version = ${migrations.length}`]], migrations.length);
  }

  /** For {@link openStore}: called after each sync of the journal. */
  afterSync(): void {
    const limit = Math.max(smallestCheckpointBytes, this.#imageBytes / 2);
    if (this.#checkpointDue || this.#closing !== null || this.#journal.outstandingBytes <= limit) return;
    this.#checkpointDue = true;
    this.#queueCheckpoint()
      .catch((error: unknown) => this.#journal.fail(error))
      .finally(() => {
        this.#checkpointDue = false;
      });
  }

  #append(statements: readonly Statement[], schema: number | null): number {
    this.#refuseClosed();
    if (this.#journal.failure !== null) throw this.#journal.failure;
    if (statements.length === 0) return this.#journal.sequence;
    statements.forEach(checkStatement);
    const database = this.#database;
    if (database !== null) refuseBadStatement(() => database.apply(statements));
    const sequence = this.#journal.append(statements, schema);
    if (this.#database === null) this.#backlog.add(sequence, statements);
    return sequence;
  }

  #load(): Promise<Database> {
    this.#loading ??= this.#openDatabase().catch((error: unknown) => {
      this.#loading = null;
      this.#backlog.unpin();
      throw error;
    });
    return this.#loading;
  }

  async #openDatabase(): Promise<Database> {
    const [{ openDatabase }, { replay }] = await Promise.all([import('./database.ts'), import('./replay.ts')]);
    this.#backlog.pin();
    const through = this.#backlog.from - 1;
    // Only what the backlog has forgotten must be on the disk before it is read from there.
    if (through > this.#journal.synced.sequence) await this.#journal.durable();
    const survey = await this.#survey();
    const database = await openDatabase(survey.image?.bytes ?? null);
    try {
      replay(database, survey, through);
      refuseBadStatement(() => {
        for (const statements of this.#backlog.batches()) database.apply(statements);
      });
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
    return database;
  }

  async #survey(): Promise<Survey> {
    try {
      return await readSurvey(this.#place, await this.#place.disk.list(this.#place.folder));
    } catch (error) {
      throw asReadFailure(error, this.#place.folder);
    }
  }

  #queueCheckpoint(): Promise<void> {
    const next = this.#checkpointing.then(() => this.#checkpointNow());
    this.#checkpointing = next.catch(() => undefined);
    return next;
  }

  async #checkpointNow(): Promise<void> {
    await this.#journal.durable();
    if (this.#imageSequence === this.#journal.sequence) return;
    const database = await this.#load();
    const image: { sequence: number; bytes: Uint8Array } = { sequence: 0, bytes: new Uint8Array() };
    await this.#journal.rotate((position) => {
      image.sequence = position.sequence;
      image.bytes = database.export(position);
      return { ...position, crc: sealImage(image.bytes) };
    });
    try {
      await publishImage(this.#place, this.#journal, image.bytes);
    } catch (error) {
      throw this.#journal.fail(error);
    }
    this.#imageSequence = image.sequence;
    this.#imageBytes = image.bytes.length;
  }

  async #close(checkpoint: boolean): Promise<void> {
    try {
      await (checkpoint ? this.#queueCheckpoint() : this.#journal.durable());
    } finally {
      await this.#checkpointing;
      await this.#loading?.catch(() => undefined);
      await this.#journal.close();
      this.#database?.close();
    }
  }

  #refuseClosed(): void {
    invariant(this.#closing === null, 'the store is closed');
  }
}

/** A statement that SQLite refuses is a bug of the caller: InvariantError. */
function refuseBadStatement(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new InvariantError(`SQLite refuses a statement: ${(error as Error).message}`, { cause: error });
  }
}
