import * as z from 'zod';
import { timeSchema, toolIdSchema, ulidSchema } from './ids.ts';
import { outcomeSchema } from './outcome.ts';
import { routeDecisionSchema } from './route-decision.ts';
import { stepReasonSchema } from './step-reason.ts';

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

/** The payload of an event by its kind. States are paths of the charts, such as `running.paused` or `attempting.executing`. */
export const runEventPayloads = {
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
} as const;

/** The kinds of events that this release writes. */
export type RunEventKind = keyof typeof runEventPayloads;

const common = {
  event_id: ulidSchema,
  run_id: ulidSchema,
  step_attempt_id: ulidSchema.nullable(),
  ts: timeSchema,
};

function eventOf<Kind extends RunEventKind>(kind: Kind) {
  return z.strictObject({ ...common, kind: z.literal(kind), payload: runEventPayloads[kind] });
}

/** run_event.v1: one entry of the audit trail of a run. Append-only; every change of state of a run or a step has at least one. */
export const runEventSchema = z.discriminatedUnion('kind', [
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
]);

/** See {@link runEventSchema}. */
export type RunEvent = z.infer<typeof runEventSchema>;
