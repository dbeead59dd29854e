import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, timeSchema, toolIdSchema, ulidSchema } from './ids.ts';
import { outcomeSchema } from './outcome.ts';
import { patchValidationSchema } from './patch-ledger-entry.ts';
import { routeDecisionSchema } from './route-decision.ts';
import { stepReasonSchema } from './step-reason.ts';
import { textsSchema } from './work.ts';

const durationMs = z.int().min(0);
const attempt = {
  step_id: z.string(),
  attempt: z.int().min(1),
  check: z.string().optional().describe('The check of the result that was made; absent for the attempt itself'),
  check_run: z
    .int()
    .min(1)
    .optional()
    .describe('Counts the checks that were made of the attempt; its files are in STEP.ATTEMPT.check-RUN'),
};
const cost = z.number().min(0).optional().describe('What the tool reports to have cost, in US dollars');
const breakerState = z.enum(['closed', 'open', 'half_open']);
const exitCode = z.int().nullable();

/* States are paths of the charts, such as `running.paused` or `attempting.executing`. */
const payloads = {
  run_created: z.strictObject({ workflow: z.string(), steps: z.int().min(0) }),
  run_started: z.strictObject({ from: z.string(), to: z.string() }),
  run_state_changed: z.strictObject({
    from: z.string(),
    to: z.string(),
    reason: z.string().nullable().optional(),
    event: z.string(),
  }),
  run_resumed: z.strictObject({
    state: z.string().describe('Where the run stood'),
    running: z.array(z.string()).describe('The steps that had been dispatched and had not ended'),
  }),
  run_interrupted: z.strictObject({ signal: z.string(), state: z.string() }),
  step_state_changed: z.strictObject({
    step_id: z.string(),
    from: z.string().nullable().describe('null for the first event of a step'),
    to: z.string(),
    reason: stepReasonSchema.optional(),
    attempts: z.int().min(0).optional(),
    duration_ms: durationMs.optional(),
    wake_at: timeSchema.optional().describe('When the next attempt starts, in backoff'),
  }),
  tool_call_started: z.strictObject({ ...attempt, tool_id: z.string() }),
  tool_call_completed: z.strictObject({ ...attempt, exit_code: exitCode, duration_ms: durationMs, cost_usd: cost }),
  tool_call_error: z.strictObject({
    ...attempt,
    exit_code: exitCode,
    duration_ms: durationMs,
    cost_usd: cost,
    outcome: outcomeSchema,
  }),
  route_decided: z.strictObject({
    step_id: z.string(),
    attempt: z.int().min(1).describe('The attempt that the decision is for'),
    request_id: ulidSchema,
    decision: routeDecisionSchema,
  }),
  breaker_changed: z.strictObject({
    tool_id: toolIdSchema,
    from: breakerState,
    to: breakerState,
    reopens_at: timeSchema.nullable().describe('When an open breaker lets a probe through'),
  }),
  approval_requested: z.strictObject({
    step_id: z.string(),
    question: z.string(),
    answer_by: timeSchema.nullable().describe('When the default counts; null: never'),
  }),
  note: z.strictObject({
    text: z.string(),
    step_id: z.string().optional(),
    file: z.string().optional(),
    offset: z.int().min(0).optional(),
  }),
  patch_created: patchEvent({ format: z.string().optional(), files_touched: textsSchema.optional() }),
  patch_validated: patchEvent({ validation: patchValidationSchema }),
  patch_apply_started: patchEvent({ workspace_path: z.string().optional() }),
  patch_apply_succeeded: patchEvent({ applied_files: textsSchema.optional() }),
  patch_apply_failed: patchEvent({ error_code: z.string().optional(), error_message: z.string() }),
  patch_quarantined: patchEvent({ quarantine_reason: z.string(), quarantine_path: z.string().optional() }),
  error_pipeline_triggered: z.strictObject({
    reason: z.string(),
    step_id: z.string().optional(),
    patch_id: ulidSchema.optional(),
  }),
  phase_transition: z.strictObject({
    from: idSchema.nullable().describe('The phase that is left; null: none'),
    to: idSchema.nullable().describe('The phase that is entered; null: none'),
    reason: z.string().optional(),
  }),
} as const;

function patchEvent<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.strictObject({ patch_id: ulidSchema, step_id: z.string().optional(), ...fields });
}

/** The kinds of events. This release writes all but those of patches, of the error pipeline and of phases. */
export type RunEventKind = keyof typeof payloads;

/** A run_event as Stateyard writes it: no key of it is left out. */
interface Written<Kind extends RunEventKind> {
  event_id: string;
  run_id: string;
  step_attempt_id: string | null;
  ts: string;
  kind: Kind;
  payload: z.infer<(typeof payloads)[Kind]>;
}

const common = {
  meta: docMetaSchema.optional(),
  event_id: ulidSchema,
  run_id: ulidSchema,
  step_attempt_id: ulidSchema.nullable().optional(),
  ts: timeSchema,
};

function eventOf<Kind extends RunEventKind>(kind: Kind) {
  const expected = 'expected a mapping with event_id, run_id, ts, kind, payload';
  return z.strictObject({ ...common, kind: z.literal(kind), payload: payloads[kind] }, expected);
}

/** run_event.v1: one entry of the audit trail of a run. Append-only; every change of state of a run, a step or a patch has at least one. */
export const runEventSchema = z.discriminatedUnion(
  'kind',
  [
    eventOf('run_created'),
    eventOf('run_started'),
    eventOf('run_state_changed'),
    eventOf('run_resumed'),
    eventOf('run_interrupted'),
    eventOf('step_state_changed'),
    eventOf('tool_call_started'),
    eventOf('tool_call_completed'),
    eventOf('tool_call_error'),
    eventOf('route_decided'),
    eventOf('breaker_changed'),
    eventOf('approval_requested'),
    eventOf('note'),
    eventOf('patch_created'),
    eventOf('patch_validated'),
    eventOf('patch_apply_started'),
    eventOf('patch_apply_succeeded'),
    eventOf('patch_apply_failed'),
    eventOf('patch_quarantined'),
    eventOf('error_pipeline_triggered'),
    eventOf('phase_transition'),
  ],
  'expected a kind of event such as note',
);

/** An event of any kind, as Stateyard writes it. */
export type RunEvent = { [Kind in RunEventKind]: Written<Kind> }[RunEventKind];
