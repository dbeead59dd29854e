import * as z from 'zod';
import { timeSchema, ulidSchema } from './ids.ts';

/** What started a run. */
export const runOriginSchema = z.strictObject({
  trigger_type: z.enum(['manual', 'ci', 'error_pipeline', 'scheduled', 'other']),
  trigger_ref: z.string().nullable(),
  requested_by: z.string().nullable(),
});

/** What a run has done so far. */
export const runCountersSchema = z.strictObject({
  step_attempts: z.int().min(0),
  patches_created: z.int().min(0),
  patches_applied: z.int().min(0),
  errors: z.int().min(0),
});

/** The states of a run as a document; its state chart has finer ones inside `running`. */
export const runStateSchema = z.enum(['pending', 'running', 'succeeded', 'failed', 'canceled', 'quarantined']);

/** run_record.v1: one execution of a workflow. */
export const runRecordSchema = z.strictObject({
  run_id: ulidSchema,
  project_id: z.string().min(1),
  phase_id: z.string().min(1),
  workstream_id: z.string().min(1).nullable(),
  execution_request_id: ulidSchema.nullable(),
  created_at: timeSchema,
  started_at: timeSchema.nullable(),
  ended_at: timeSchema.nullable(),
  state: runStateSchema,
  state_reason: z.string().nullable(),
  origin: runOriginSchema,
  counters: runCountersSchema,
  exit_code: z.int().nullable(),
  error_message: z.string().nullable(),
  metadata: z.record(z.string(), z.json()),
});

/** See {@link runRecordSchema}. */
export type RunRecord = z.infer<typeof runRecordSchema>;
