import { runMachine } from '../../machines/run.ts';
import { stepMachine } from '../../machines/step.ts';
import type { RunId } from '../../schemas/ids.ts';
import { noRouting, type RouterPlace, type RunRouting, type SourceFile } from '../routing/run-routing.ts';
import type { Statement } from '../store/statement.ts';
import type { Plan, Workflow } from '../workflow/model.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { RowSource } from './restore.ts';
import type { RunRow } from './rows.ts';

interface Settings {
  /** How many steps the run has in all; the table of steps holds those that have moved. */
  readonly stepsTotal: number;
  readonly maxParallel: number;
  readonly baseFolder: string;
  readonly graceMs: number;
  /** Absent in runs of a version that did not route. */
  readonly requestedBy?: string | null;
  readonly router?: RouterPlace | null;
  readonly phase?: SourceFile | null;
}

/** What a run needs to be taken up again without its file: the text, the values it was given and how it was to be run. */
export function writeDefinition(run: LoadedRun): Statement {
  const settings: Settings = {
    stepsTotal: run.plan.ids.length,
    maxParallel: run.maxParallel,
    baseFolder: run.baseFolder,
    graceMs: run.graceMs,
    requestedBy: run.requestedBy,
    router: placeOf(run.routing),
    phase: run.routing.phase?.source ?? null,
  };
  return [
    'insert into definitions (run_id, workflow_name, path, text, sha256, params, settings, machines) values (?, ?, ?, ?, ?, ?, ?, ?)',
    run.runId,
    run.workflow.name,
    run.workflow.path,
    run.workflow.text,
    run.workflow.sha256,
    JSON.stringify(run.params),
    JSON.stringify(settings),
    JSON.stringify({ run: runMachine.version, step: stepMachine.version }),
  ];
}

/** A workflow that was kept as it was checked, by its origin; null: it is to be checked again. */
export type LookUp = (
  folder: string,
  origin: Pick<Workflow, 'path' | 'text' | 'sha256'>,
) => Promise<{ readonly workflow: Workflow; readonly plan: Plan } | null>;

/** Where no checked workflow is kept. */
export const nothingKept: LookUp = () => Promise.resolve(null);

/** Reads back what {@link writeDefinition} stored and loads workflow (where `lookUp` does not have it), router configuration and phase from their texts again. */
export async function readDefinition(rows: RowSource, row: RunRow, folder: string, lookUp: LookUp): Promise<LoadedRun> {
  const runId = row.runId as RunId;
  const { projectId } = row;
  const [stored] = await rows.query('select path, text, sha256, params, settings from definitions where run_id = ?', runId);
  if (stored === undefined) throw new Error(`the store of run ${runId} holds no definition`);
  const origin = { path: String(stored['path']), text: String(stored['text']), sha256: String(stored['sha256']) };
  const { workflow, plan } = (await lookUp(folder, origin)) ?? (await import('../workflow/load.ts')).requireWorkflow(origin);
  const settings = JSON.parse(String(stored['settings'])) as Settings;
  const { maxParallel, baseFolder, graceMs, requestedBy = null, router = null, phase = null } = settings;
  const params = JSON.parse(String(stored['params'])) as LoadedRun['params'];
  const routing =
    router === null && phase === null ? noRouting : (await import('../routing/bind.ts')).bindRouting(workflow, router, phase);
  return { runId, projectId, requestedBy, workflow, plan, params, routing, folder, maxParallel, baseFolder, graceMs };
}

function placeOf({ router }: RunRouting): RouterPlace | null {
  return router === null ? null : { ...router.source, folder: router.folder };
}

/** The run's own row; null when a crash came before it was recorded. */
export async function readRunRow(rows: RowSource, runId: RunId): Promise<RunRow | null> {
  const [row] = await rows.query('select * from runs where run_id = ?', runId);
  if (row === undefined) return null;
  const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
  return {
    runId,
    projectId: String(row['project_id']),
    phaseId: String(row['phase_id']),
    workstreamId: text('workstream_id'),
    createdAt: String(row['created_at']),
    startedAt: text('started_at'),
    endedAt: text('ended_at'),
    state: String(row['state']),
    stateReason: text('state_reason'),
    origin: JSON.parse(String(row['origin'])) as object,
    counters: JSON.parse(String(row['counters'])) as object,
    exitCode: row['exit_code'] === null ? null : Number(row['exit_code']),
    errorMessage: text('error_message'),
  };
}
