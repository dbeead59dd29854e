import * as z from 'zod';
import { idSchema, timeSchema, toolIdSchema, ulidSchema } from './ids.ts';
import { classificationSchema, globSchema, positiveSchema, strategySchema } from './work.ts';

const globs = z.array(globSchema);

/** execution_request.v1: the unit of work that is routed to a tool. */
export const executionRequestSchema = z.strictObject({
  request_id: ulidSchema,
  project_id: idSchema,
  phase_id: idSchema,
  workstream_id: idSchema.nullable().optional(),
  task_kind: idSchema,
  origin: z.strictObject({ created_by: z.string(), created_at: timeSchema }).optional(),
  classification: classificationSchema,
  resource_scope: z.strictObject({ read: globs, write: globs, create: globs, forbidden: globs }),
  constraints: z
    .strictObject({
      patch_only: z.boolean().optional(),
      tests_must_pass: z.boolean().optional(),
      max_lines_changed: positiveSchema.optional(),
      max_files_changed: positiveSchema.optional(),
    })
    .optional(),
  prompt_spec: ulidSchema.nullable().optional(),
  routing: z.strictObject({
    strategy: strategySchema,
    allowed_tools: z.array(toolIdSchema).optional(),
    preferred_tools: z.array(toolIdSchema).optional(),
    max_attempts: positiveSchema.optional(),
    timeout_seconds: positiveSchema.optional(),
  }),
  telemetry: z.strictObject({ correlation_id: z.string(), trace_flags: z.array(z.string()) }).optional(),
});

/** See {@link executionRequestSchema}. */
export type ExecutionRequest = z.infer<typeof executionRequestSchema>;
