import { readFile } from 'node:fs/promises';
import { createActor, fromPromise, type Actor, type Snapshot } from 'xstate';
import { runMachine } from '../../../machines/run.ts';
import type { RunInput } from '../../../machines/run-model.ts';
import { stepMachine } from '../../../machines/step.ts';
import type {
  AttemptRef,
  AttemptReport,
  CheckRef,
  RouteRef,
  RouteReport,
  StepInput,
  ValidationReport,
} from '../../../machines/step-model.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import type { OpenStep } from '../../../src/engine/step-changes.ts';
import { Recorder, type RecordStore } from '../../../src/engine/recorder.ts';
import type { RunRow } from '../../../src/engine/rows.ts';
import type { RunEventRow } from '../../../src/engine/run-event.ts';
import { StepLedger } from '../../../src/engine/step-ledger.ts';
import { openDatabase, type Database } from '../../../src/store/database.ts';
import type { Statement } from '../../../src/store/statement.ts';
import { positionOf } from './plan-fixture.ts';
import { runId } from './run-fixture.ts';

/** A store that keeps its transactions in a list; what is written is durable when the test says so. */
export class ListStore implements RecordStore {
  readonly transactions: (readonly Statement[])[] = [];
  /** An error that the next transaction throws. */
  refuse: Error | null = null;
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  transact(statements: readonly Statement[]): number {
    if (this.refuse !== null) throw this.refuse;
    return this.transactions.push([...statements]);
  }

  durable(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** The disk has caught up: all who wait go on, and what follows from that has happened when this resolves. */
  async sync(): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
    await settled();
  }

  /** The disk is broken: all who wait are told. */
  async breakDown(error: Error): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    await settled();
  }
}

/** A run that is recorded, with effects that begin when their record is durable and end when the test says so. */
export interface Recording {
  readonly recorder: Recorder;
  readonly store: ListStore;
  readonly root: Actor<typeof runMachine>;
  readonly clock: { nowMs: number };
  /** Effects that have begun, by name: `route s0.1`, `attempt s0.1`, `stop s0.1`, `validate s0.1`, `check s0.1.2` (the second check of that attempt). */
  readonly begun: string[];
  /** Batches of events as they were told after their sync, with what was said of being caught up. */
  readonly synced: { readonly events: readonly RunEventRow[]; readonly caughtUp: boolean }[];
  readonly failures: unknown[];
  /** What the end of each turn does; a test sets it. */
  turn: () => void;
  readonly dispatch: (stepId: string, more?: Partial<StepInput>) => void;
  readonly end: (name: string, outcome: Outcome, more?: object) => Promise<void>;
  readonly breakDown: (name: string, text: string) => Promise<void>;
}

/** Where a recording starts from, when not from nothing. */
export interface RecordedBefore {
  readonly tree: Snapshot<unknown> | undefined;
  readonly runState: string;
  readonly openSteps: readonly OpenStep[];
  readonly after: { readonly event: number; readonly attempt: number; readonly failures: number; readonly latestMs: number };
}

/** The run's row before anything has happened. */
export const newRunRow: RunRow = {
  runId,
  projectId: 'demo',
  phaseId: 'default',
  workstreamId: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  endedAt: null,
  state: 'pending',
  stateReason: null,
  origin: {},
  counters: {},
  exitCode: null,
  errorMessage: null,
};

const nothing: RecordedBefore = {
  tree: undefined,
  runState: 'pending',
  openSteps: [],
  after: { event: 0, attempt: 0, failures: 0, latestMs: 0 },
};

/** The question that each step which asks one asks. */
export const questionOf = (stepId: string): string => `may ${stepId} go on?`;

/** The check that a step makes: its first one is made by a command, every other one by a tool. */
export const checkOf = (stepId: string, index: number): { readonly id: string; readonly toolId: string } => ({
  id: `${stepId} check ${String(index)}`,
  toolId: index === 0 ? 'shell' : 'claude',
});

/** A recorder with a live run machine under it; not started. */
export function record(input: Partial<RunInput> = {}, before: RecordedBefore = nothing): Recording {
  const store = new ListStore();
  const clock = { nowMs: Date.parse('2026-01-01T00:00:00.000Z') };
  const begun: string[] = [];
  const open = new Map<string, { resolve: (report: never) => void; reject: (error: Error) => void }>();
  const synced: Recording['synced'] = [];
  const failures: unknown[] = [];
  let ids = before.after.event;
  const entropy = { ulid: () => String(++ids).padStart(26, '0'), random: () => 0 };
  const { after } = before;
  const ledger = new StepLedger({ runId, positionOf, questionOf, checkOf }, entropy, after);
  for (const step of before.openSteps) ledger.restore({ ...step });
  const recorder = new Recorder(
    {
      store,
      clock: { nowMs: () => clock.nowMs, monotonicMs: () => 0, schedule: () => () => undefined },
      entropy,
      run: newRunRow,
      after,
      onTurn: () => recording.turn(),
      onSynced: (events, caughtUp) => synced.push({ events, caughtUp }),
      onFailure: (error) => failures.push(error),
    },
    before.runState,
    ledger,
  );
  const effect = <Report>(what: string, signal: AbortSignal): Promise<Report> =>
    recorder.durable().then(() => {
      if (!signal.aborted) begun.push(what);
      return new Promise<Report>((resolve, reject) => open.set(what, { resolve: resolve as (report: never) => void, reject }));
    });
  const nameOf = (
    what: string,
    { stepId, attempt }: Pick<AttemptRef, 'stepId' | 'attempt'>,
    check: CheckRef | null = null,
  ): string => `${what} ${stepId}.${String(attempt)}${check === null ? '' : `.${String(check.checkRun)}`}`;
  const timer = fromPromise<{ readonly nowMs: number }, { readonly untilMs: number | null }>(({ input: { untilMs }, signal }) =>
    untilMs === null ? new Promise(() => undefined) : effect(`timer ${String(untilMs)}`, signal),
  );
  const step = stepMachine.provide({
    actors: {
      route: fromPromise<RouteReport, RouteRef>(({ input: ref, signal }) => effect(nameOf('route', ref), signal)),
      attempt: fromPromise<AttemptReport, AttemptRef>(({ input: ref, signal }) => effect(nameOf('attempt', ref), signal)),
      check: fromPromise<AttemptReport, AttemptRef & CheckRef>(({ input: ref, signal }) =>
        effect(nameOf('check', ref, ref), signal),
      ),
      stopAttempt: fromPromise<AttemptReport, AttemptRef & { readonly check: CheckRef | null; readonly otherwise: Outcome }>(
        ({ input: ref, signal }) => effect(nameOf('stop', ref, ref.check), signal),
      ),
      validate: fromPromise<ValidationReport, AttemptRef>(({ input: ref, signal }) => effect(nameOf('validate', ref), signal)),
      sleepUntil: timer,
    },
  });
  const root = createActor(runMachine.provide({ actors: { step, sleepUntil: timer } }), {
    id: 'run',
    inspect: recorder.inspect,
    input: { runId, total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [], ...input },
    ...(before.tree === undefined ? {} : { snapshot: before.tree }),
  });
  root.subscribe({ error: () => undefined });
  const take = (name: string): { resolve: (report: never) => void; reject: (error: Error) => void } => {
    const found = open.get(name);
    if (found === undefined) throw new Error(`${name} has not begun; ${[...open.keys()].join(', ')} have`);
    open.delete(name);
    return found;
  };
  const recording: Recording = {
    recorder,
    store,
    root,
    clock,
    begun,
    synced,
    failures,
    turn: () => undefined,
    dispatch: (stepId, more) => root.send({ type: 'DISPATCH', stepId, input: { ...plainInput(stepId, clock.nowMs), ...more } }),
    end: (name, outcome, more) => {
      take(name).resolve({ outcome, endedAtMs: clock.nowMs, nowMs: clock.nowMs, random: 0, ...more } as never);
      return settled();
    },
    breakDown: (name, text) => {
      take(name).reject(new Error(text));
      return settled();
    },
  };
  return recording;
}

/** Starts a recorded run: pending, then running. */
export function begin(recording: Recording): void {
  recording.root.start();
  recording.root.send({ type: 'START', nowMs: recording.clock.nowMs });
}

/** Every promise that could go on has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A database of a run's tables in which these transactions were applied in order. */
export async function databaseOf(transactions: readonly (readonly Statement[])[]): Promise<Database> {
  const migrations = await Promise.all(
    ['run-0001.sql', 'run-0002.sql'].map((name) =>
      readFile(new URL(`../../../src/store/migrations/${name}`, import.meta.url), 'utf8'),
    ),
  );
  const database = await openDatabase(null);
  for (const migration of migrations) database.apply([[migration]]);
  for (const statements of transactions) database.apply(statements);
  return database;
}

/** The input of a step that is tried once. */
export function plainInput(stepId: string, nowMs: number): StepInput {
  return {
    stepId,
    toolId: 'shell',
    nowMs,
    attemptTimeoutMs: null,
    stepTimeoutMs: null,
    retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
    declaresOutputs: false,
    onInterrupted: 'rerun',
    continueOnError: false,
    approval: null,
    checks: [],
    obstacle: null,
  };
}
