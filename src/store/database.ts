import type { Database as SqlJsDatabase, SqlJsStatic, Statement as Prepared } from 'sql.js';
import { loadSqlEngine } from './sql-engine.ts';
import type { Position } from './record.ts';
import type { Row, SqlValue, Statement } from './statement.ts';
import { damaged } from './store-error.ts';

/** Loads sql.js when it is not there yet, and opens an image (null: an empty database). The image's bytes are copied. */
export async function openDatabase(image: Uint8Array | null): Promise<Database> {
  return new Database(await loadSqlEngine(), image);
}

const settings =
  'pragma journal_mode=memory; pragma synchronous=off; pragma locking_mode=exclusive; pragma temp_store=memory; pragma cache_size=-16384;';
const metaTable = 'create table if not exists meta (key text primary key, value text not null) without rowid';
const setMeta = 'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value';

/** An SQLite database in memory. The journal makes it durable; it is only an index of the journal. */
export class Database {
  readonly #database: SqlJsDatabase;
  readonly #prepared = new Map<string, Prepared>();

  constructor(engine: SqlJsStatic, image: Uint8Array | null) {
    this.#database = new engine.Database(image);
    this.#database.run(settings);
  }

  /** Runs the statements in one transaction: all of them or, when one throws, none. */
  apply(statements: readonly Statement[]): void {
    this.transaction(() => this.run(statements));
  }

  /** Runs `work` in one transaction and gives its result; when it throws, nothing of it remains. */
  transaction<Result>(work: () => Result): Result {
    this.#step('begin');
    try {
      const result = work();
      this.#step('commit');
      return result;
    } catch (error) {
      // After some errors SQLite has rolled back by itself, and there is nothing left to roll back.
      try {
        this.#step('rollback');
      } catch {
        /* nothing was open */
      }
      throw error;
    }
  }

  /** Runs the statements inside a transaction of the caller's. */
  run(statements: readonly Statement[]): void {
    for (const [sql, ...values] of statements) {
      // Only a text without values may be a script, and only `run` of the database takes scripts.
      if (values.length === 0) this.#database.run(sql);
      else this.#prepare(sql).run(values);
    }
  }

  /** The rows of one reading statement; a statement that would write is refused. */
  query(sql: string, values: readonly SqlValue[]): Row[] {
    this.#database.run('pragma query_only=1');
    let statement: Prepared | null = null;
    try {
      statement = this.#database.prepare(sql, [...values]);
      const rows: Row[] = [];
      while (statement.step()) rows.push(statement.getAsObject() as Row);
      return rows;
    } finally {
      statement?.free();
      this.#database.run('pragma query_only=0');
    }
  }

  /** The whole database as the bytes of an SQLite file that carries `position` in its `meta` table. Not inside a transaction. */
  export(position: Position): Uint8Array {
    this.#database.run(metaTable);
    this.apply([
      [setMeta, 'sequence', String(position.sequence)],
      [setMeta, 'head_hash', position.hash],
    ]);
    // Exporting closes and opens the database: what was prepared and set is gone after it.
    this.#prepared.clear();
    const bytes = this.#database.export();
    this.#database.run(settings);
    return bytes;
  }

  /** The position that {@link Database.export} wrote; throws StoreError `damaged` when there is none. */
  position(path: string): Position {
    const meta = new Map<string, SqlValue>();
    try {
      for (const row of this.query('select key, value from meta', [])) meta.set(String(row.key), row.value ?? null);
    } catch (error) {
      throw damaged(`the database file is not one of a store: ${(error as Error).message}`, path, 0);
    }
    const sequence = Number(meta.get('sequence') ?? Number.NaN);
    const hash = meta.get('head_hash');
    if (!Number.isSafeInteger(sequence) || typeof hash !== 'string')
      throw damaged('the database file does not say its place in the journal', path, 0);
    return { sequence, hash };
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #step(sql: string): void {
    this.#prepare(sql).run();
  }

  #prepare(sql: string): Prepared {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}
