import type { RunSession } from '../engine/session.ts';
import type { LiveRun, RunResult } from './contract.ts';

/** A session that carries its run on, until its end or until it is told to let it be. */
export class CarriedRun implements LiveRun {
  readonly runId: string;
  readonly finished: Promise<RunResult>;
  readonly #session: RunSession;
  #let: (result: RunResult) => void = () => undefined;

  constructor(session: RunSession) {
    this.runId = session.run.runId;
    this.#session = session;
    const interrupted = new Promise<RunResult>((resolve) => (this.#let = resolve));
    const carried = session.carryOn().then(({ state, reason, awaiting }) => this.#result(state, reason, awaiting));
    this.finished = Promise.race([carried, interrupted]);
    // Who never asks for the end must not bring the program down with it.
    this.finished.catch(() => undefined);
  }

  /** Stops what runs, with its grace, and leaves the run to be resumed; waits for it. A run that is over is only waited for. */
  async interrupt(): Promise<void> {
    const stopped = await this.#session.interrupt('close');
    if (stopped) this.#let(this.#result('interrupted', null, []));
    await this.finished.catch(() => undefined);
  }

  #result(state: RunResult['state'], reason: string | null, awaiting: readonly string[]): RunResult {
    return { runId: this.runId, state, reason, awaiting, trouble: this.#session.trouble };
  }
}
