import { join } from 'node:path';
import type { RunEvent } from '../../schemas/run-event.ts';
import { startChangeFeed } from '../history/change-feed.ts';
import { followRun } from '../history/follow-run.ts';
import type { FollowEnd } from '../history/follow-run.ts';
import type { StoredAttempt } from '../history/history-rows.ts';
import type { RunHistory } from '../history/run-history.ts';
import { followLog } from '../logs/follow-log.ts';
import { isOwned } from '../store/owner-lock.ts';
import type { StoreReader } from '../store/reader.ts';
import type { LogPrinter } from './log-printer.ts';
import type { LogSelection } from './log-selection.ts';

const stepEnds: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'skipped']);

/** What {@link LogFollower} needs. */
export interface LogFollowerParts {
  readonly history: RunHistory<StoreReader>;
  readonly selection: LogSelection;
  readonly printerFor: (attempt: StoredAttempt) => LogPrinter;
}

/** Prints the logs of a run as they grow: of all its steps, of one step through its attempts, or of one attempt. */
export class LogFollower {
  readonly #parts: LogFollowerParts;
  readonly #followed = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
  readonly #finished = new AbortController();

  constructor(parts: LogFollowerParts) {
    this.#parts = parts;
  }

  /**
   * Prints the logs of `attempts`, which are the state of the history now, and goes on until the run, the step or the attempt that was
   * selected has ended, or `signal` is aborted. What was written before that end is printed.
   */
  async follow(attempts: readonly StoredAttempt[], signal: AbortSignal): Promise<FollowEnd> {
    const { history } = this.#parts;
    const after = history.lastSequence();
    if (this.#isOver(attempts)) this.#finished.abort();
    const either = AbortSignal.any([signal, this.#finished.signal]);
    try {
      for (const attempt of attempts) await this.#begin(attempt);
      const parts = { isOwned: () => isOwned(history.folder), feed: startChangeFeed(history.reader, either), signal: either };
      return await followRun(history, (events) => this.#take(events.map((event) => event.document)), after, parts);
    } finally {
      await Promise.all([...this.#followed.keys()].map((key) => this.#end(key)));
    }
  }

  /** Whether what was selected has ended already. */
  #isOver(attempts: readonly StoredAttempt[]): boolean {
    const { history, selection } = this.#parts;
    if (selection.attempt !== null) return attempts.every((attempt) => attempt.document.state !== 'running');
    if (selection.step === null) return false;
    const row = history.steps().find((step) => step.stepId === selection.step);
    return row !== undefined && stepEnds.has(row.state);
  }

  async #begin(attempt: StoredAttempt): Promise<void> {
    const path = attempt.document.outputs.logs_path;
    if (path === null) return;
    const printer = this.#parts.printerFor(attempt);
    const stop = new AbortController();
    if (attempt.document.state !== 'running') stop.abort();
    const log = join(this.#parts.history.folder, path);
    const done = followLog(log, (text) => printer.write(text), stop.signal).then(() => printer.end());
    // A failure is met where the end is awaited; until then it must not count as unhandled.
    done.catch(() => {});
    this.#followed.set(keyOf(attempt.stepId, attempt.attempt), { stop, done });
    if (stop.signal.aborted) await this.#end(keyOf(attempt.stepId, attempt.attempt));
  }

  async #take(events: readonly RunEvent[]): Promise<void> {
    const { selection } = this.#parts;
    for (const event of events) {
      if (!concerns(event, selection)) continue;
      switch (event.kind) {
        case 'tool_call_started':
          await this.#started(event.payload.step_id, event.payload.attempt);
          break;
        case 'tool_call_completed':
        case 'tool_call_error':
          await this.#ended(event.payload.step_id, event.payload.attempt);
          break;
        case 'step_state_changed':
          if (selection.step !== null && stepEnds.has(event.payload.to)) this.#finished.abort();
          break;
        default:
      }
    }
  }

  async #started(stepId: string, attempt: number): Promise<void> {
    const { history, selection } = this.#parts;
    if (selection.attempt !== null || this.#followed.has(keyOf(stepId, attempt))) return;
    const started = history.attempts(stepId).findLast((each) => each.attempt === attempt && each.check === selection.check);
    if (started) await this.#begin(started);
  }

  async #ended(stepId: string, attempt: number): Promise<void> {
    await this.#end(keyOf(stepId, attempt));
    if (this.#parts.selection.attempt === attempt) this.#finished.abort();
  }

  async #end(key: string): Promise<void> {
    const followed = this.#followed.get(key);
    if (followed === undefined) return;
    followed.stop.abort();
    this.#followed.delete(key);
    await followed.done;
  }
}

/** Whether an event is about the step, and in it about the tool or the check, whose output is wanted. */
function concerns({ kind, payload }: RunEvent, { step, check }: LogSelection): boolean {
  if (!('step_id' in payload) || (step !== null && payload.step_id !== step)) return false;
  return !kind.startsWith('tool_call_') || ('check' in payload ? payload.check : null) === check;
}

function keyOf(stepId: string, attempt: number): string {
  return `${stepId}.${attempt}`;
}
