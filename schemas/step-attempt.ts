import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { timeSchema, ulidSchema } from './ids.ts';

const text = z.string('expected a text');
const id = text.min(1, 'expected an id');
const states = ['running', 'succeeded', 'failed', 'canceled'] as const;

const outputs = z.strictObject(
  {
    patch_ids: z.array(ulidSchema, 'expected a list of ulids'),
    logs_path: text.nullable(),
    raw_response_path: text.nullable(),
  },
  'expected a mapping with patch_ids, logs_path, raw_response_path',
);

/** A step_attempt as Stateyard writes it: no key of it is left out. Paths are relative to the folder of the run. */
export const writtenStepAttemptSchema = z.strictObject({
  step_attempt_id: ulidSchema,
  run_id: ulidSchema,
  sequence: z.int('expected a whole number from 1').min(1, 'expected a whole number from 1'),
  tool_id: id,
  tool_run_id: id.nullable(),
  execution_request_id: ulidSchema.nullable(),
  prompt_id: ulidSchema.nullable(),
  started_at: timeSchema,
  ended_at: timeSchema.nullable(),
  state: z.enum(states, `expected one of ${states.join(', ')}`),
  state_reason: text.nullable(),
  exit_code: z.int('expected a whole number').nullable(),
  outputs,
  metadata: z.record(z.string(), z.json(), 'expected a mapping'),
});

const written = writtenStepAttemptSchema.shape;

/**
 * step_attempt.v1: one call of one tool inside a run. In those of Stateyard `metadata` names the step (`step_id`), counts its attempts
 * (`attempt`) and, once the attempt has ended, holds what came of it (`outcome`).
 */
export const stepAttemptSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    ...written,
    tool_run_id: written.tool_run_id.optional(),
    execution_request_id: written.execution_request_id.optional(),
    prompt_id: written.prompt_id.optional(),
    ended_at: written.ended_at.optional(),
    state_reason: written.state_reason.optional(),
    exit_code: written.exit_code.optional(),
    outputs: z
      .strictObject(outputs.partial().shape, 'expected a mapping with patch_ids, logs_path, raw_response_path')
      .optional(),
    metadata: written.metadata.optional(),
  },
  'expected a mapping with step_attempt_id, run_id, sequence, tool_id, started_at, state',
);

/** See {@link writtenStepAttemptSchema}. */
export type StepAttempt = z.infer<typeof writtenStepAttemptSchema>;
