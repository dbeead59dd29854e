import { runMachine } from '../../machines/run.ts';
import { stepMachine } from '../../machines/step.ts';
import type { RunId } from '../../schemas/ids.ts';
import { requireWorkflow } from '../workflow/load.ts';
import type { Statement } from '../store/statement.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { RowSource } from './restore.ts';
import type { RunRow } from './rows.ts';

interface Settings {
  /** How many steps the run has in all; the table of steps holds those that have moved. */
  readonly stepsTotal: number;
  readonly maxParallel: number;
  readonly baseFolder: string;
  readonly graceMs: number;
}

/** What a run needs to be taken up again without its file: the text, the values it was given and how it was to be run. */
export function writeDefinition(run: LoadedRun): Statement {
  const settings: Settings = {
    stepsTotal: run.plan.ids.length,
    maxParallel: run.maxParallel,
    baseFolder: run.baseFolder,
    graceMs: run.graceMs,
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

/** Reads back what {@link writeDefinition} stored and loads the workflow from its text again. */
export async function readDefinition(rows: RowSource, runId: RunId, folder: string): Promise<LoadedRun> {
  const [row] = await rows.query('select path, text, params, settings from definitions where run_id = ?', runId);
  if (row === undefined) throw new Error(`the store of run ${runId} holds no definition`);
  const { workflow, plan } = requireWorkflow({ path: String(row['path']), text: String(row['text']) });
  const { maxParallel, baseFolder, graceMs } = JSON.parse(String(row['settings'])) as Settings;
  const params = JSON.parse(String(row['params'])) as LoadedRun['params'];
  return { runId, workflow, plan, params, folder, maxParallel, baseFolder, graceMs };
}

/** The run's own row; null when a crash came before it was recorded. */
export async function readRunRow(rows: RowSource, runId: RunId): Promise<RunRow | null> {
  const [row] = await rows.query('select * from runs where run_id = ?', runId);
  if (row === undefined) return null;
  const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
  return {
    runId,
    projectId: String(row['project_id']),
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
