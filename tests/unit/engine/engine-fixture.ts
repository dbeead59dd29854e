import { Engine } from '../../../src/engine/engine.ts';
import type { LoadedRun } from '../../../src/engine/loaded-run.ts';
import { noRoutes } from '../../../src/engine/no-routes.ts';
import { restoreRun } from '../../../src/engine/restore.ts';
import type { RunEventRow } from '../../../src/engine/run-event.ts';
import type { SqlValue, Statement } from '../../../src/store/statement.ts';
import { databaseOf, newRunRow } from './recording-fixture.ts';

/** One engine after the other on the same rows, in a world whose time stands still but for {@link EngineWorld.pass}. */
export class EngineWorld {
  readonly transactions: (readonly Statement[])[] = [];
  readonly events: RunEventRow[] = [];
  /** `STEP.ATTEMPT` of the attempts that were started; every one succeeds at once. */
  readonly started: string[] = [];
  nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  readonly #run: LoadedRun;
  #timers: { readonly atMs: number; readonly ring: () => void }[] = [];
  #ids = 0;

  constructor(run: LoadedRun) {
    this.#run = run;
  }

  /** The engine of a new run. */
  create(): Engine {
    return this.#engine(null);
  }

  /** The engine that takes the run up from its rows; timers of the one before are gone. */
  async reopen(): Promise<Engine> {
    this.#timers = [];
    const database = await databaseOf(this.transactions);
    try {
      const rows = { query: (sql: string, ...values: readonly SqlValue[]) => Promise.resolve(database.query(sql, values)) };
      return this.#engine(await restoreRun(rows, this.#run));
    } finally {
      database.close();
    }
  }

  /** Lets time pass, and what is due happen. */
  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = this.#timers.filter(({ atMs }) => atMs <= this.nowMs);
      if (due.length === 0) return;
      this.#timers = this.#timers.filter(({ atMs }) => atMs > this.nowMs);
      for (const { ring } of due) ring();
    }
  }

  /** Times at which a timer rings, in milliseconds from now. */
  timers(): number[] {
    return this.#timers.map(({ atMs }) => atMs - this.nowMs).sort((a, b) => a - b);
  }

  /** The changes of the run and its steps so far: `STEP STATE`, the run as `run`. */
  changes(): string[] {
    return this.events
      .filter(({ kind }) => kind === 'run_state_changed' || kind === 'step_state_changed')
      .map(({ payload }) => [payload['step_id'] ?? 'run', payload['to']].join(' '));
  }

  #engine(restored: Awaited<ReturnType<typeof restoreRun>> | null): Engine {
    const world = {
      store: {
        transact: (statements: readonly Statement[]) => this.transactions.push([...statements]),
        durable: () => Promise.resolve(),
      },
      clock: {
        nowMs: () => this.nowMs,
        monotonicMs: () => this.nowMs,
        schedule: (delayMs: number, ring: () => void) => {
          const timer = { atMs: this.nowMs + delayMs, ring };
          this.#timers.push(timer);
          return () => (this.#timers = this.#timers.filter((each) => each !== timer));
        },
      },
      entropy: { ulid: () => String(++this.#ids).padStart(26, '0'), random: () => 0 },
      attempts: {
        start: ({ folder }: { readonly folder: string }) => {
          this.started.push(folder.split('/').at(-1) ?? '');
          return Promise.resolve({ outcome: { kind: 'succeeded', exitCode: 0 } as const, endedAtMs: this.nowMs });
        },
        reattach: () => Promise.reject(new Error('no attempt was left running')),
        stop: () => Promise.resolve({ endedByItself: null }),
        tail: () => Promise.resolve(''),
        sweep: () => Promise.resolve(0),
      },
      routes: noRoutes,
      readOutputs: () => Promise.resolve({ values: {}, undeclared: [] }),
      onEvents: (events: readonly RunEventRow[]) => void this.events.push(...events),
    };
    return new Engine(this.#run, { ...newRunRow }, world, restored);
  }
}
