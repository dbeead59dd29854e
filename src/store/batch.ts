import type { SqlValue, Statement } from './statement.ts';

/** The content of one record: the schema version after it (when it migrates), and its statements. */
export interface Batch {
  readonly schema: number | null;
  readonly statements: readonly Statement[];
}

/** Payload: `v` schema version, `d` texts that are new in this segment, `t` statements with texts by number. */
interface Payload {
  readonly v?: number;
  readonly d?: readonly string[];
  readonly t: readonly (readonly [text: number, ...values: SqlValue[]])[];
}

/** Gives each text of SQL a number on its first use in a segment, so that later records hold the number alone. */
export class BatchEncoder {
  readonly #numbers = new Map<string, number>();

  encode(batch: Batch): Buffer {
    const fresh: string[] = [];
    const rows = batch.statements.map(([sql, ...values]) => {
      let number = this.#numbers.get(sql);
      if (number === undefined) {
        number = this.#numbers.size;
        this.#numbers.set(sql, number);
        fresh.push(sql);
      }
      return [number, ...values];
    });
    const payload = { ...(batch.schema === null ? {} : { v: batch.schema }), ...(fresh.length > 0 ? { d: fresh } : {}), t: rows };
    return Buffer.from(JSON.stringify(payload));
  }
}

/** Reads the records of one segment, all of them in order: a text is known only after the record that brought it. */
export class BatchDecoder {
  readonly #texts: string[] = [];

  /** Throws when the payload is not one that {@link BatchEncoder} wrote: its checksum was right, so a writer was wrong. */
  decode(payload: Buffer): Batch {
    const { v, d, t } = JSON.parse(payload.toString('utf8')) as Payload;
    if (d !== undefined) this.#texts.push(...d);
    const statements = t.map(([number, ...values]): Statement => {
      const sql = this.#texts[number];
      if (sql === undefined) throw new RangeError(`statement text ${number} is not known`);
      return [sql, ...values];
    });
    return { schema: v ?? null, statements };
  }
}

const migrationStart = Buffer.from('{"v":');

/** The schema version that a payload sets, without parsing those that set none. */
export function schemaSetBy(payload: Buffer): number | null {
  if (!payload.subarray(0, migrationStart.length).equals(migrationStart)) return null;
  return Number.parseInt(payload.toString('latin1', migrationStart.length, migrationStart.length + 10), 10);
}
