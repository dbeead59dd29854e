import * as z from 'zod';
import { timeSchema, ulidSchema } from './ids.ts';

/** What an attempt left behind; paths are relative to the folder of the run. */
export const attemptOutputsSchema = z.strictObject({
  patch_ids: z.array(ulidSchema),
  logs_path: z.string().nullable(),
  raw_response_path: z.string().nullable(),
});

/**
 * step_attempt.v1: one call of one tool inside a run. `metadata` names the step (`step_id`), counts its attempts (`attempt`) and, once
 * the attempt has ended, holds what came of it (`outcome`).
 */
export const stepAttemptSchema = z.strictObject({
  step_attempt_id: ulidSchema,
  run_id: ulidSchema,
  sequence: z.int().min(1),
  tool_id: z.string().min(1),
  tool_run_id: z.string().min(1).nullable(),
  execution_request_id: ulidSchema.nullable(),
  prompt_id: ulidSchema.nullable(),
  started_at: timeSchema,
  ended_at: timeSchema.nullable(),
  state: z.enum(['running', 'succeeded', 'failed', 'canceled']),
  state_reason: z.string().nullable(),
  exit_code: z.int().nullable(),
  outputs: attemptOutputsSchema,
  metadata: z.record(z.string(), z.json()),
});

/** See {@link stepAttemptSchema}. */
export type StepAttempt = z.infer<typeof stepAttemptSchema>;
