import type { AnyStateMachine, Snapshot } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import { stepMachine } from '../../machines/step.ts';
import type { StepOutputs } from '../../machines/step-model.ts';
import { runSnapshotSchema, stepSnapshotSchema } from '../../schemas/snapshot.ts';
import type { StepEndState } from '../workflow/model.ts';
import type { SqlValue } from '../store/statement.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { OpenStep } from './step-changes.ts';
import { machineOf } from './rows.ts';
import { upgradeSnapshot } from './upgrade-snapshot.ts';
import { statePath } from './run-event.ts';

type Row = Readonly<Record<string, SqlValue>>;

/** The part of a store that restoring reads. */
export interface RowSource {
  query(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]>;
}

/** A step that had ended before, as its row says. */
export interface EndedStep {
  readonly stepId: string;
  readonly end: StepEndState;
  readonly reason: object | null;
  readonly attempts: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number;
}

/** A stored run, checked and put together so that its actors can go on. */
export interface RestoredRun {
  /** The tree for `createActor`: the run's snapshot with those of its running steps as children. */
  readonly tree: Snapshot<unknown>;
  readonly runState: string;
  readonly ended: readonly { readonly stepId: string; readonly end: StepEndState; readonly outputs: StepOutputs }[];
  readonly endedRows: readonly EndedStep[];
  readonly running: readonly string[];
  readonly openSteps: readonly OpenStep[];
  /** Steps whose snapshot cannot be trusted, with the reason. */
  readonly broken: ReadonlyMap<string, string>;
  /** Why the run's own snapshot cannot be trusted; null when it can. */
  readonly problem: string | null;
  readonly appliedSignals: ReadonlySet<string>;
  readonly after: { readonly event: number; readonly attempt: number; readonly failures: number; readonly latestMs: number };
}

/**
 * Reads a run's rows and puts its actors' snapshots together. XState accepts any snapshot and fails later, so each is checked
 * here: its shape, its machine and version, and that its state exists. What fails the check is named, not restored.
 */
export async function restoreRun(rows: RowSource, run: LoadedRun): Promise<RestoredRun> {
  const steps = await rows.query(
    'select step_id, state, reason, attempts, started_at, ended_at, outputs from steps order by position',
  );
  const ended = steps.filter((row) => isEnd(text(row, 'state')));
  const open = steps.filter((row) => !isEnd(text(row, 'state')));
  const running = open.map((row) => text(row, 'step_id'));
  const snapshots = new Map(
    (await rows.query('select actor_id, machine, version, snapshot from snapshots')).map((row) => [text(row, 'actor_id'), row]),
  );
  const broken = new Map<string, string>();
  const children: Record<string, unknown> = {};
  const checkRuns: { stepId: string; checkRun: number }[] = [];
  for (const stepId of running) {
    const checked = checkSnapshot(snapshots.get(`step.${stepId}`), stepMachine, stepSnapshotSchema);
    if ('problem' in checked) broken.set(stepId, checked.problem);
    const snapshot = 'problem' in checked ? inert(stepId) : checked.snapshot;
    checkRuns.push({ stepId, checkRun: (snapshot as { context: { checkRun?: number } }).context.checkRun ?? 0 });
    children[`step.${stepId}`] = { src: 'step', snapshot, systemId: undefined, syncSnapshot: false };
  }
  const checkedRoot = checkRoot(snapshots.get('run'), running);
  const root = 'problem' in checkedRoot ? rebuiltRoot(run, ended, running) : checkedRoot.snapshot;
  const own = (root as { children?: Record<string, unknown> }).children ?? {};
  return {
    tree: { ...root, children: { ...own, ...children } } as unknown as Snapshot<unknown>,
    runState: statePath((root as { value: unknown }).value),
    ended: ended.map((row) => ({
      stepId: text(row, 'step_id'),
      end: text(row, 'state') as StepEndState,
      outputs: (row['outputs'] === null ? {} : JSON.parse(text(row, 'outputs'))) as StepOutputs,
    })),
    endedRows: ended.map(toEnded),
    running,
    openSteps: await openSteps(rows, open, checkRuns),
    broken,
    problem: 'problem' in checkedRoot ? checkedRoot.problem : null,
    appliedSignals: new Set((await rows.query('select signal_id from signals')).map((row) => text(row, 'signal_id'))),
    after: await readAfter(rows),
  };
}

/** Stands for a step whose snapshot cannot be trusted until the run hears of it: never starts, but takes what the run sends to its steps. */
function inert(stepId: string): object {
  return {
    status: 'done',
    output: undefined,
    error: undefined,
    value: 'failed',
    historyValue: {},
    context: { stepId },
    children: {},
  };
}

type Checked = { readonly snapshot: object } | { readonly problem: string };

interface SnapshotCheck {
  safeParse(value: unknown): {
    success: boolean;
    error?: { issues: readonly { path: PropertyKey[]; message: string }[] } | undefined;
  };
}

function checkSnapshot(row: Row | undefined, machine: AnyStateMachine, schema: SnapshotCheck): Checked {
  if (row === undefined) return { problem: 'its snapshot is missing' };
  try {
    const upgraded = upgradeSnapshot(
      text(row, 'machine'),
      text(row, 'version'),
      JSON.parse(text(row, 'snapshot')) as Readonly<Record<string, unknown>>,
    );
    const known = machineOf(machine);
    if (text(row, 'machine') !== known.id || upgraded.version !== known.version) {
      return { problem: `its snapshot is of ${text(row, 'machine')} ${upgraded.version}, this is ${known.id} ${known.version}` };
    }
    return parseSnapshot(upgraded.snapshot, machine, schema);
  } catch (error) {
    return { problem: `its snapshot is damaged: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function parseSnapshot(stored: object, machine: AnyStateMachine, schema: SnapshotCheck): Checked {
  const snapshot = stored as { value: never; context: never };
  const parsed = schema.safeParse(snapshot);
  const issue = parsed.error?.issues[0];
  if (issue !== undefined) return { problem: `its snapshot is damaged: ${issue.path.join('.')} ${issue.message}` };
  machine.resolveState({ value: snapshot.value, context: snapshot.context });
  return { snapshot };
}

function checkRoot(row: Row | undefined, running: readonly string[]): Checked {
  const checked = checkSnapshot(row, runMachine, runSnapshotSchema);
  if ('problem' in checked) return { problem: `the run cannot be restored: ${checked.problem}` };
  const { context } = checked.snapshot as { context: { active: string[]; awaiting: { stepId: string }[]; held: string[] } };
  const active = [...context.active, ...context.awaiting.map((step) => step.stepId), ...context.held];
  const same = active.length === running.length && active.every((id) => running.includes(id));
  if (same) return checked;
  return {
    problem: `the run cannot be restored: it counts ${active.join(', ') || 'no step'} as running, the rows say ${running.join(', ') || 'none'}`,
  };
}

function rebuiltRoot(run: LoadedRun, ended: readonly Row[], running: readonly string[]): object {
  const count = (state: string): number => ended.filter((row) => row['state'] === state).length;
  const asking = new Set(run.workflow.steps.filter((step) => step.action.kind === 'approve').map((step) => step.id as string));
  const tolerates = new Set(run.workflow.steps.filter((step) => step.continueOnError).map((step) => step.id as string));
  const context = {
    runId: run.runId,
    total: run.plan.ids.length,
    maxParallel: run.maxParallel,
    onFailure: run.workflow.onFailure,
    timeoutMs: null,
    deadlineMs: null,
    active: running.filter((stepId) => !asking.has(stepId)),
    awaiting: running.filter((stepId) => asking.has(stepId)).map((stepId) => ({ stepId, timed: false })),
    held: [],
    meters: run.routing.meters,
    grants: [],
    waiting: run.plan.ids.length - ended.length - running.length,
    succeeded: count('succeeded'),
    failed: count('failed'),
    tolerated: ended.filter((row) => row['state'] === 'failed' && tolerates.has(text(row, 'step_id'))).length,
    skipped: count('skipped'),
    canceled: count('canceled'),
    reason: null,
  };
  const snapshot = runMachine.resolveState({ value: { running: 'pausing' }, context });
  return JSON.parse(JSON.stringify(runMachine.getPersistedSnapshot({ ...snapshot, children: {} }))) as object;
}

/** `run` says which execution of a check each step is on, by its snapshot. */
async function openSteps(
  rows: RowSource,
  open: readonly Row[],
  run: readonly { readonly stepId: string; readonly checkRun: number }[],
): Promise<OpenStep[]> {
  const calls = await rows.query(
    'select step_id, step_attempt_id, sequence, attempt, started_at, ended_at, metadata from step_attempts where (step_id, attempt) in ' +
      "(select step_id, attempts from steps where state not in ('succeeded', 'failed', 'canceled', 'skipped')) order by sequence",
  );
  const checkRuns = new Map(run.map(({ stepId, checkRun }) => [stepId, checkRun]));
  return open.map((row) => {
    const stepId = text(row, 'step_id');
    const own = calls.filter((call) => text(call, 'step_id') === stepId);
    const attempt = own.at(-1);
    const startedAtMs = Date.parse(text(row, 'started_at'));
    const { check = null } = (attempt === undefined ? {} : JSON.parse(text(attempt, 'metadata'))) as { check?: string };
    return {
      stepId,
      state: text(row, 'state'),
      startedAtMs,
      attempt: Number(row['attempts']),
      attemptId: attempt === undefined ? '' : text(attempt, 'step_attempt_id'),
      attemptSequence: Number(attempt?.['sequence'] ?? 0),
      attemptStartedAtMs: attempt === undefined ? startedAtMs : Date.parse(text(attempt, 'started_at')),
      attemptOpen: attempt !== undefined && attempt['ended_at'] === null,
      checkRun: checkRuns.get(stepId) ?? 0,
      checkId: check,
      toolAttemptId: own[0] === undefined ? '' : text(own[0], 'step_attempt_id'),
    };
  });
}

/** The last event also has the latest time: none is recorded with an earlier one than the event before. */
async function readAfter(rows: RowSource): Promise<RestoredRun['after']> {
  const [events] = await rows.query('select sequence as last, ts as latest from run_events order by sequence desc limit 1');
  const [attempts] = await rows.query(
    "select coalesce(max(sequence), 0) as last, coalesce(sum(state = 'failed'), 0) as failures from step_attempts",
  );
  return {
    event: Number(events?.['last'] ?? 0),
    attempt: Number(attempts?.['last'] ?? 0),
    failures: Number(attempts?.['failures'] ?? 0),
    latestMs: typeof events?.['latest'] === 'string' ? Date.parse(events['latest']) : 0,
  };
}

function toEnded(row: Row): EndedStep {
  return {
    stepId: text(row, 'step_id'),
    end: text(row, 'state') as StepEndState,
    reason: row['reason'] === null ? null : (JSON.parse(text(row, 'reason')) as object),
    attempts: Number(row['attempts']),
    startedAtMs: row['started_at'] === null ? null : Date.parse(text(row, 'started_at')),
    endedAtMs: Date.parse(text(row, 'ended_at')),
  };
}

function isEnd(state: string): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled' || state === 'skipped';
}

function text(row: Row, column: string): string {
  return String(row[column]);
}
