import * as z from 'zod';
import { timeSchema } from '../ids.ts';
import { writtenRunRecordSchema } from '../run-record.ts';
import { writtenStepAttemptSchema } from '../step-attempt.ts';
import { shownRunStateSchema } from './run-list.ts';

const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** How one step stands. */
export const stepStatusSchema = z.strictObject({
  step_id: z.string(),
  position: z.int().min(0).describe('Place in the workflow file, from 0'),
  needs: z.array(z.string()),
  state: z
    .string()
    .describe(
      'waiting, a state of the step chart such as attempting.executing, awaitingApproval or backoff, or an end: succeeded, failed, canceled, skipped',
    ),
  reason: z.record(z.string(), z.json()).nullable().describe('Why it ended as it did, as data; `kind` says which'),
  reason_text: z.string().nullable().describe('The same in words'),
  question: z.string().nullable().describe('What the step asks a person, while it waits for the answer'),
  answer_by: timeSchema.nullable().describe('When the default counts instead; null: never'),
  tool_id: z.string().nullable(),
  attempts: z.int().min(0),
  started_at: timeSchema.nullable(),
  ended_at: timeSchema.nullable(),
  duration_ms: z.int().min(0).nullable(),
  outputs: z.record(z.string(), valueSchema).nullable(),
});

/** `stateyard show --json`. */
export const runDetailsSchema = z.strictObject({
  run: writtenRunRecordSchema,
  shown_state: shownRunStateSchema,
  chart_state: z.string().nullable().describe('The state of the run chart, such as running.paused; null when it is not known'),
  workflow: z.strictObject({ name: z.string(), path: z.string(), sha256: z.string() }),
  params: z.record(z.string(), valueSchema),
  steps: z.array(stepStatusSchema),
  attempts: z.array(writtenStepAttemptSchema),
  next: z.array(z.strictObject({ command: z.string(), text: z.string() })).describe('What can be done next'),
});

/** See {@link stepStatusSchema}. */
export type StepStatus = z.infer<typeof stepStatusSchema>;
/** See {@link runDetailsSchema}. */
export type RunDetails = z.infer<typeof runDetailsSchema>;
