import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunId } from '../../../schemas/ids.ts';
import { appendEvent, beginAttempt, endAttempt, writeRun, writeSnapshot, writeStep } from '../../../src/engine/rows.ts';
import type { RunRow } from '../../../src/engine/rows.ts';
import { createRunFolder, storeLayout } from '../../../src/store/layout.ts';
import type { StoreLayout } from '../../../src/store/layout.ts';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { recordRun } from '../../../src/store/run-index.ts';
import type { Statement } from '../../../src/store/statement.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';

const workflowText = `name: sample
params: { who: { type: string, default: world } }
steps:
  build: { run: echo build, outputs: { size: integer } }
  unit: { run: exit 3, needs: build, retry: 2 }
  ship: { run: echo ship, needs: unit }
`;

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const at = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();
const ulid = (prefix: string, number: number): string => `${prefix}${String(number).padStart(26 - prefix.length, '0')}`;

/** A store in a temporary folder, written through the real store and the engine's rows. */
export interface SampleStore {
  readonly top: string;
  readonly layout: StoreLayout;
  /** A run of three steps: one succeeded, one failed twice, one skipped. */
  failedRun(number: number): Promise<RunId>;
  /** A run that was recorded as running and has a running step; without `keep` its store is closed again. */
  openRun(
    number: number,
    chart?: string,
  ): Promise<{ readonly runId: RunId; readonly store: Store; readonly append: (kind: string, payload: object) => void }>;
  remove(): Promise<void>;
}

export async function sampleStore(): Promise<SampleStore> {
  const top = await mkdtemp(join(tmpdir(), 'sample-'));
  const layout = storeLayout(join(top, '.stateyard'));
  return {
    top,
    layout,
    failedRun: (number) => failedRun(layout, number),
    openRun: (number, chart = 'active') => openRun(layout, number, chart),
    remove: () => rm(top, { recursive: true, force: true }),
  };
}

async function failedRun(layout: StoreLayout, number: number): Promise<RunId> {
  const runId = ulid('01KX', number) as RunId;
  const store = await newStore(layout, runId);
  const row: RunRow = {
    ...runRow(runId),
    state: 'failed',
    stateReason: 'step unit failed',
    endedAt: at(9),
    exitCode: 1,
    errorMessage: 'step unit failed',
  };
  const failure = { kind: 'exitNonZero', exitCode: 3 };
  const events = eventsOf(runId);
  store.transact([definition(runId), writeRun(row), ...events('run_created', { workflow: 'sample', steps: 3 })]);
  store.transact(events('run_started', { from: 'pending', to: 'running.active' }));
  store.transact([
    ...attempt(runId, { sequence: 1, stepId: 'build', attempt: 1 }, { kind: 'succeeded', exitCode: 0 }),
    step('build', 0, { state: 'succeeded', attempts: 1, outputs: { size: 5 } }),
    ...events('step_state_changed', { step_id: 'build', from: null, to: 'attempting.executing' }),
    ...events('tool_call_started', { step_id: 'build', attempt: 1, tool_id: 'shell' }),
    ...events('tool_call_completed', { step_id: 'build', attempt: 1, exit_code: 0, duration_ms: 1000 }),
    ...events('step_state_changed', {
      step_id: 'build',
      from: 'attempting.executing',
      to: 'succeeded',
      attempts: 1,
      duration_ms: 1000,
    }),
    ...attempt(runId, { sequence: 2, stepId: 'unit', attempt: 1 }, failure),
    ...attempt(runId, { sequence: 3, stepId: 'unit', attempt: 2 }, failure),
    step('unit', 1, { state: 'failed', attempts: 2, reason: failure }),
    ...events('tool_call_error', { step_id: 'unit', attempt: 2, exit_code: 3, duration_ms: 1000, outcome: failure }),
    ...events('step_state_changed', {
      step_id: 'unit',
      from: 'attempting.executing',
      to: 'failed',
      reason: failure,
      attempts: 2,
      duration_ms: 3000,
    }),
    step('ship', 2, { state: 'skipped', attempts: 0, reason: { kind: 'dependencyFailed', need: 'unit', need_state: 'failed' } }),
    ...events('step_state_changed', {
      step_id: 'ship',
      from: null,
      to: 'skipped',
      reason: { kind: 'dependencyFailed', need: 'unit', need_state: 'failed' },
    }),
    ...events('run_state_changed', {
      from: 'running.active',
      to: 'failed',
      reason: 'step unit failed',
      event: 'xstate.done.actor.step.unit',
    }),
  ]);
  await store.close();
  await log(layout, runId, 'build.1', 'building\nbuilt\n');
  await log(layout, runId, 'unit.1', 'first try\n');
  await log(layout, runId, 'unit.2', Buffer.from('second \x1b[31mtry\x1b[0m\xff no line end', 'latin1'));
  await index(layout, row);
  return runId;
}

async function openRun(layout: StoreLayout, number: number, chart: string) {
  const runId = ulid('01KY', number) as RunId;
  const store = await newStore(layout, runId);
  const events = eventsOf(runId);
  const row = runRow(runId);
  store.transact([
    definition(runId),
    writeRun(row),
    writeSnapshot('run', { id: 'run', version: '1.0.0' }, JSON.stringify({ value: { running: chart } })),
    beginAttempt({
      attemptId: ulid('01KA', 1),
      runId,
      sequence: 1,
      stepId: 'build',
      attempt: 1,
      toolId: 'shell',
      ...directAttempt('build', 1),
      startedAt: at(1),
    }),
    step('build', 0, { state: 'attempting.executing', attempts: 1, endedAt: null }),
    ...events('run_created', { workflow: 'sample', steps: 3 }),
    ...events('run_started', { from: 'pending', to: 'running.active' }),
    ...events('tool_call_started', { step_id: 'build', attempt: 1, tool_id: 'shell' }),
  ]);
  await store.durable();
  await log(layout, runId, 'build.1', 'so far\n');
  await index(layout, row);
  return { runId, store, append: (kind: string, payload: object) => void store.transact(events(kind, payload)) };
}

/** The rows that end the run of {@link SampleStore.openRun}. */
export function endOfRun(runId: RunId): Statement[] {
  return [
    endAttempt({
      sequence: 1,
      endedAt: at(5),
      state: 'succeeded',
      reason: 'succeeded',
      exitCode: 0,
      metadata: { outcome: { kind: 'succeeded', exitCode: 0 } },
    }),
    step('build', 0, { state: 'succeeded', attempts: 1 }),
    writeRun({ ...runRow(runId), state: 'succeeded', endedAt: at(6), exitCode: 0 }),
    ['delete from snapshots where actor_id = ?', 'run'],
  ];
}

async function newStore(layout: StoreLayout, runId: RunId): Promise<Store> {
  const { folder } = await createRunFolder(layout, runId);
  const { store } = await openStore({ folder, name: 'run', migrations: loadMigrations('run') });
  return store;
}

function eventsOf(runId: RunId): (kind: string, payload: object) => Statement[] {
  let sequence = 0;
  return (kind, payload) => {
    sequence += 1;
    return [
      appendEvent({
        sequence,
        event_id: ulid('01KE', sequence),
        run_id: runId,
        step_attempt_id: null,
        ts: at(sequence),
        kind,
        payload: { ...payload },
      }),
    ];
  };
}

function runRow(runId: RunId): RunRow {
  return {
    runId,
    projectId: 'project',
    phaseId: 'default',
    workstreamId: null,
    createdAt: at(0),
    startedAt: at(0),
    endedAt: null,
    state: 'running',
    stateReason: null,
    origin: { trigger_type: 'manual', trigger_ref: null, requested_by: 'me' },
    counters: { step_attempts: 3, patches_created: 0, patches_applied: 0, errors: 2 },
    exitCode: null,
    errorMessage: null,
  };
}

function definition(runId: RunId): Statement {
  return [
    'insert into definitions (run_id, workflow_name, path, text, sha256, params, settings, machines) values (?, ?, ?, ?, ?, ?, ?, ?)',
    runId,
    'sample',
    'sample.yaml',
    workflowText,
    'f'.repeat(64),
    '{"who":"world"}',
    '{}',
    '{}',
  ];
}

function step(
  stepId: string,
  position: number,
  more: { state: string; attempts: number; reason?: object; outputs?: object; endedAt?: null },
): Statement {
  const { reason = null, outputs = null, endedAt = at(3), ...rest } = more;
  const started = rest.attempts > 0;
  return writeStep({
    stepId,
    position,
    toolId: started ? 'shell' : null,
    startedAt: started ? at(1) : null,
    reason,
    outputs,
    endedAt,
    ...rest,
  });
}

function attempt(
  runId: RunId,
  which: { sequence: number; stepId: string; attempt: number },
  outcome: { kind: string; exitCode: number },
): Statement[] {
  const state = outcome.exitCode === 0 ? 'succeeded' : 'failed';
  return [
    beginAttempt({
      ...which,
      ...directAttempt(which.stepId, which.attempt),
      attemptId: ulid('01KA', which.sequence),
      runId,
      toolId: 'shell',
      startedAt: at(1),
    }),
    endAttempt({
      sequence: which.sequence,
      endedAt: at(2),
      state,
      reason: outcome.kind,
      exitCode: outcome.exitCode,
      metadata: { outcome },
    }),
  ];
}

/** What the attempt of a step that names its tool itself has no part in. */
function directAttempt(stepId: string, attempt: number) {
  return { requestId: null, promptId: null, check: null, folder: `${stepId}.${attempt}` };
}

async function log(layout: StoreLayout, runId: RunId, name: string, content: string | Buffer): Promise<void> {
  const path = join(layout.run(runId).attempts, name, 'log');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, content, { mode: 0o600 });
}

async function index(layout: StoreLayout, row: RunRow): Promise<void> {
  await recordRun(layout, {
    run_id: row.runId as RunId,
    workflow_name: 'sample',
    project_id: row.projectId,
    state: row.state,
    state_reason: row.stateReason,
    created_at: row.createdAt,
    started_at: row.startedAt,
    ended_at: row.endedAt,
    exit_code: row.exitCode,
    steps_total: 3,
    counters: JSON.stringify(row.counters),
  });
}
