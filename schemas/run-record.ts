import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { timeSchema, ulidSchema } from './ids.ts';

const text = z.string('expected a text');
const id = text.min(1, 'expected an id');
const count = z.int('expected a whole number').min(0, 'expected a whole number');
const triggers = ['manual', 'ci', 'error_pipeline', 'scheduled', 'other'] as const;
const states = ['pending', 'running', 'succeeded', 'failed', 'canceled', 'quarantined'] as const;

const origin = z.strictObject(
  {
    trigger_type: z.enum(triggers, `expected one of ${triggers.join(', ')}`),
    trigger_ref: text.nullable(),
    requested_by: text.nullable(),
  },
  'expected a mapping with trigger_type, trigger_ref, requested_by',
);

const counters = z.strictObject(
  { step_attempts: count, patches_created: count, patches_applied: count, errors: count },
  'expected a mapping with step_attempts, patches_created, patches_applied, errors',
);

/** The states of a run as a document; its state chart has finer ones inside `running`. */
export const runStateSchema = z.enum(states, `expected one of ${states.join(', ')}`);

/** A run_record as Stateyard writes it: no key of it is left out. */
export const writtenRunRecordSchema = z.strictObject({
  run_id: ulidSchema,
  project_id: id,
  phase_id: id,
  workstream_id: id.nullable(),
  execution_request_id: ulidSchema.nullable(),
  created_at: timeSchema,
  started_at: timeSchema.nullable(),
  ended_at: timeSchema.nullable(),
  state: runStateSchema,
  state_reason: text.nullable(),
  origin,
  counters,
  exit_code: z.int('expected a whole number').nullable(),
  error_message: text.nullable(),
  metadata: z.record(z.string(), z.json(), 'expected a mapping'),
});

const written = writtenRunRecordSchema.shape;

/** run_record.v1: one execution of a workflow. */
export const runRecordSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    ...written,
    workstream_id: written.workstream_id.optional(),
    execution_request_id: written.execution_request_id.optional(),
    started_at: written.started_at.optional(),
    ended_at: written.ended_at.optional(),
    state_reason: written.state_reason.optional(),
    origin: z.strictObject(origin.partial().shape, 'expected a mapping with trigger_type, trigger_ref, requested_by').optional(),
    counters: z
      .strictObject(counters.partial().shape, 'expected a mapping with step_attempts, patches_created, patches_applied, errors')
      .optional(),
    exit_code: written.exit_code.optional(),
    error_message: written.error_message.optional(),
    metadata: written.metadata.optional(),
  },
  'expected a mapping with run_id, project_id, phase_id, created_at, state',
);

/** See {@link writtenRunRecordSchema}. */
export type RunRecord = z.infer<typeof writtenRunRecordSchema>;
