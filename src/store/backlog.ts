import type { Statement } from './statement.ts';

/**
 * What was transacted while the database is not loaded, so that loading need not read it from the disk again. Bounded: beyond
 * `limitBytes` it forgets everything, and the journal is read instead.
 */
export class Backlog {
  readonly #limitBytes: number;
  #items: { readonly sequence: number; readonly statements: readonly Statement[] }[] = [];
  #bytes = 0;
  #from: number;
  #pinned = false;

  /** `from`: the first sequence that it will hold whole. */
  constructor(from: number, limitBytes: number) {
    this.#from = from;
    this.#limitBytes = limitBytes;
  }

  /** Every record from this sequence on is held whole; those before must be read from the journal. */
  get from(): number {
    return this.#from;
  }

  add(sequence: number, statements: readonly Statement[]): void {
    this.#items.push({ sequence, statements });
    for (const statement of statements) {
      for (const value of statement) this.#bytes += typeof value === 'string' ? value.length + 16 : 16;
    }
    if (this.#bytes <= this.#limitBytes || this.#pinned) return;
    this.#items = [];
    this.#bytes = 0;
    this.#from = sequence + 1;
  }

  /** From now on nothing is forgotten: a database is being loaded up to {@link Backlog.from}. */
  pin(): void {
    this.#pinned = true;
  }

  /** Forgets nothing, and may forget again: the loading has failed. */
  unpin(): void {
    this.#pinned = false;
  }

  /** The statements of each record held, in order. */
  *batches(): Generator<readonly Statement[]> {
    for (const { sequence, statements } of this.#items) if (sequence >= this.#from) yield statements;
  }
}
