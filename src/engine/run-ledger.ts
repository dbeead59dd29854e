import type { SnapshotFrom } from 'xstate';
import type { runMachine } from '../../machines/run.ts';
import { InvariantError } from '../errors.ts';
import { iso, statePath } from './run-event.ts';
import type { RunRow } from './rows.ts';

type RunSnapshot = SnapshotFrom<typeof runMachine>;

/** An event of the run itself. */
export interface RunChange {
  readonly kind: 'run_started' | 'run_state_changed';
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Exit codes by the state in which a run ended (docs/cli.md). */
const endCodes: Readonly<Record<string, number>> = { succeeded: 0, failed: 1, quarantined: 6, canceled: 8 };

/** Keeps the row of the run: what it holds follows from where the run's chart stands. */
export class RunLedger {
  #row: RunRow;
  #state: string;
  #dirty = false;

  /** `state` is the dotted path that the stored history ends with. */
  constructor(row: RunRow, state: string) {
    this.#row = row;
    this.#state = state;
  }

  /** The row as it was last recorded or is about to be. */
  get row(): RunRow {
    return this.#row;
  }

  /** The run's actor made a transition; the event that tells of it, null when the state is still the same. */
  seen(event: { readonly type: string }, snapshot: RunSnapshot, nowMs: number): RunChange | null {
    if (snapshot.status === 'error')
      throw new InvariantError(`the run's machine stopped with an error: ${String(snapshot.error)}`);
    const from = this.#state;
    const to = statePath(snapshot.value);
    if (from === to) return null;
    this.#state = to;
    this.#dirty = true;
    const started = from === 'pending' && to.startsWith('running');
    this.#row = rowIn(snapshot, to, { ...this.#row, startedAt: started ? iso(nowMs) : this.#row.startedAt }, nowMs);
    if (started) return { kind: 'run_started', payload: { from, to } };
    return { kind: 'run_state_changed', payload: { from, to, reason: snapshot.context.reason, event: event.type } };
  }

  /** The row with these counters, if it has changed since it was last asked for. */
  takeChanged(counters: object): RunRow | null {
    if (!this.#dirty) return null;
    this.#dirty = false;
    this.#row = { ...this.#row, counters };
    return this.#row;
  }
}

function rowIn(snapshot: RunSnapshot, path: string, row: RunRow, nowMs: number): RunRow {
  const state = path.split('.')[0] ?? path;
  const { reason } = snapshot.context;
  if (!snapshot.hasTag('ended')) return { ...row, state, stateReason: reason, endedAt: null, exitCode: null, errorMessage: null };
  const exitCode = endCodes[state] ?? null;
  const errorMessage = state === 'failed' || state === 'quarantined' ? reason : null;
  return { ...row, state, stateReason: reason, endedAt: row.endedAt ?? iso(nowMs), exitCode, errorMessage };
}
