import type { RunInput } from '../../machines/run-model.ts';
import type { RunId } from '../../schemas/ids.ts';
import type { RunEvent } from '../../schemas/run-event.ts';
import { UserError } from '../errors.ts';
import type { HistoryReader, RunHistory } from '../history/run-history.ts';
import { requireWorkflow } from '../workflow/load.ts';
import type { StepEndState, Value, Workflow } from '../workflow/model.ts';
import { namedValues } from './named-values.ts';
import type { NamedValue } from './named-values.ts';

/** What is known of a step once its run has been read. */
export interface KnownStep {
  /** What it put out; null while it has not ended. */
  readonly outputs: Readonly<Record<string, Value>> | null;
}

/** What the store of a run tells of its actors. */
export interface StoredRun {
  readonly runId: string;
  /** The audit trail, oldest first. */
  readonly events: readonly RunEvent[];
  /** What the chart of the run was started with; null where the workflow as it was stored can no longer be read. */
  readonly input: RunInput | null;
  readonly steps: ReadonlyMap<string, KnownStep>;
  /** Steps that ask a person, and steps whose failure does not fail the run. */
  readonly approvals: ReadonlySet<string>;
  readonly tolerated: ReadonlySet<string>;
  /** The snapshots of the actors that have not ended, by actor (`run`, `step.ID`), as XState persisted them. */
  readonly snapshots: ReadonlyMap<string, { readonly value: unknown; readonly context: Readonly<Record<string, unknown>> }>;
  /** Variables and parameters that it was started with, by name: their values may be secrets. */
  readonly named: readonly NamedValue[];
}

/** Reads what {@link StoredRun} holds, as of the history's last refresh. */
export function readStoredRun(history: RunHistory): StoredRun {
  const { path, text, params } = history.definition();
  const workflow = readable(path, text);
  const steps = workflow?.steps ?? [];
  const stored = history.steps();
  const ended = stored.flatMap(({ stepId, state, outputs }) =>
    outputs === null ? [] : [[stepId, { state: state as StepEndState, outputs }] as const],
  );
  const run = { id: history.runId as RunId, workflow: workflow?.name ?? '' };
  return {
    runId: history.runId,
    events: history.events(0).map(({ document }) => document),
    input: workflow === null ? null : inputOf(history, workflow),
    steps: new Map(stored.map(({ stepId, outputs }) => [stepId, { outputs }])),
    approvals: new Set(steps.flatMap((step) => (step.action.kind === 'approve' ? [step.id] : []))),
    tolerated: new Set(steps.flatMap((step) => (step.continueOnError ? [step.id] : []))),
    snapshots: snapshotsOf(history.reader),
    named: namedValues(workflow, { params, steps: Object.fromEntries(ended), run }),
  };
}

/** A workflow that an earlier version took and this one does not is no mistake of whoever looks at the run. */
function readable(path: string, text: string): Workflow | null {
  try {
    return requireWorkflow({ path, text }).workflow;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function inputOf(history: RunHistory, workflow: Workflow): RunInput | null {
  const [row] = history.reader.query('select settings from definitions');
  const { maxParallel } = JSON.parse(String(row?.['settings'] ?? '{}')) as { readonly maxParallel?: number };
  if (maxParallel === undefined) return null;
  const { onFailure, timeoutMs } = workflow;
  return { runId: history.runId, total: workflow.steps.length, maxParallel, onFailure, timeoutMs, meters: [] };
}

function snapshotsOf(reader: HistoryReader): StoredRun['snapshots'] {
  const rows = reader.query('select actor_id, snapshot from snapshots');
  return new Map(rows.map((row) => [String(row['actor_id']), JSON.parse(String(row['snapshot'])) as never]));
}
