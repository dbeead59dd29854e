import type { StepStatus } from '../../schemas/cli/run-details.ts';
import type { AskedQuestion, StoredStep } from './history-rows.ts';

/** A step of the definition, as far as its status needs it. */
export interface DefinedStep {
  readonly id: string;
  readonly index: number;
  readonly needs: readonly string[];
}

/** What turns rows into statuses: the time, whether the run has ended, the questions by step, and the words for a reason. */
export interface StatusContext {
  readonly nowMs: number;
  readonly runEnded: boolean;
  readonly questions: ReadonlyMap<string, AskedQuestion>;
  readonly describeReason: (reason: unknown) => string;
}

/**
 * How each step of a run stands, in the order of the file. A step without a row has not started: it is waiting, or, once the run
 * has ended, was canceled with it. Rows that the definition does not know (it could not be read) are kept.
 */
export function stepStatuses(defined: readonly DefinedStep[], rows: readonly StoredStep[], context: StatusContext): StepStatus[] {
  const rowOf = new Map(rows.map((row) => [row.stepId, row]));
  const known = new Set(defined.map((step) => step.id));
  return [
    ...defined.map((step) => {
      const row = rowOf.get(step.id);
      return row ? started(row, step.needs, context) : waiting(step, context);
    }),
    ...rows.filter((row) => !known.has(row.stepId)).map((row) => started(row, [], context)),
  ];
}

function started(row: StoredStep, needs: readonly string[], context: StatusContext): StepStatus {
  const asked = row.state === 'awaitingApproval' ? context.questions.get(row.stepId) : undefined;
  return {
    step_id: row.stepId,
    position: row.position,
    needs: [...needs],
    state: row.state,
    reason: row.reason,
    reason_text: row.reason === null ? null : context.describeReason(row.reason),
    question: asked?.question ?? null,
    answer_by: asked?.answerBy ?? null,
    tool_id: row.toolId,
    attempts: row.attempts,
    started_at: row.startedAt,
    ended_at: row.endedAt,
    duration_ms: durationMs(row, context),
    outputs: row.outputs === null ? null : { ...row.outputs },
  };
}

function waiting(step: DefinedStep, context: StatusContext): StepStatus {
  return {
    step_id: step.id,
    position: step.index,
    needs: [...step.needs],
    state: context.runEnded ? 'canceled' : 'waiting',
    reason: null,
    reason_text: null,
    question: null,
    answer_by: null,
    tool_id: null,
    attempts: 0,
    started_at: null,
    ended_at: null,
    duration_ms: null,
    outputs: null,
  };
}

function durationMs(row: StoredStep, context: StatusContext): number | null {
  if (row.startedAt === null) return null;
  const endMs = row.endedAt === null ? context.nowMs : Date.parse(row.endedAt);
  return Math.max(0, endMs - Date.parse(row.startedAt));
}
