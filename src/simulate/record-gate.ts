import type { RecordStore } from '../engine/recorder.ts';
import type { Statement } from '../store/statement.ts';
import type { Life } from './life.ts';

/**
 * A store that says when a record is on disk, before the engine hears of it: no effect of its transition has begun then. With the end of the engine's
 * life it takes nothing more.
 */
export class RecordGate implements RecordStore {
  readonly #store: RecordStore;
  readonly #life: Life;
  readonly #onRecorded: () => void;
  #written = 0;
  #told = 0;

  constructor(store: RecordStore, life: Life, onRecorded: () => void) {
    this.#store = store;
    this.#life = life;
    this.#onRecorded = onRecorded;
  }

  transact(statements: readonly Statement[]): number {
    if (this.#life.isOver) return 0;
    this.#written += 1;
    return this.#store.transact(statements);
  }

  durable(): Promise<void> {
    return this.#life.answer(async () => {
      const written = this.#written;
      await this.#store.durable();
      if (this.#life.isOver || written <= this.#told) return;
      this.#told = written;
      this.#onRecorded();
    });
  }
}
