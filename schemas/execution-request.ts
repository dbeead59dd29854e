import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, timeSchema, toolIdSchema, ulidSchema } from './ids.ts';
import { classificationSchema, globSchema, positiveSchema, resourceScopeSchema, strategySchema, textsSchema } from './work.ts';

const text = z.string('expected a text');
const flag = z.boolean('expected true or false');
const globs = z.array(globSchema, 'expected a list of paths or patterns');
const tools = z.array(toolIdSchema, 'expected a list of tool ids');

const origin = z.strictObject({ created_by: text, created_at: timeSchema }, 'expected a mapping with created_by, created_at');
const telemetry = z.strictObject(
  { correlation_id: text, trace_flags: textsSchema },
  'expected a mapping with correlation_id, trace_flags',
);

/** An execution_request as the router makes it: its classification, scope, origin and telemetry are whole. */
export const writtenExecutionRequestSchema = z.strictObject({
  request_id: ulidSchema,
  project_id: idSchema,
  phase_id: idSchema,
  workstream_id: idSchema.nullable().optional(),
  task_kind: idSchema,
  origin: origin.optional(),
  classification: classificationSchema,
  resource_scope: z.strictObject({ read: globs, write: globs, create: globs, forbidden: globs }),
  constraints: z
    .strictObject(
      {
        patch_only: flag.optional(),
        tests_must_pass: flag.optional(),
        max_lines_changed: positiveSchema.optional(),
        max_files_changed: positiveSchema.optional(),
      },
      'expected a mapping with patch_only, tests_must_pass, max_lines_changed, max_files_changed',
    )
    .optional(),
  prompt_spec: ulidSchema.nullable().optional(),
  routing: z.strictObject(
    {
      strategy: strategySchema,
      allowed_tools: tools.optional(),
      preferred_tools: tools.optional(),
      max_attempts: positiveSchema.optional(),
      timeout_seconds: positiveSchema.optional(),
    },
    'expected a mapping with strategy, allowed_tools, preferred_tools, max_attempts, timeout_seconds',
  ),
  telemetry: telemetry.optional(),
});

/** execution_request.v1: the unit of work that is routed to a tool. */
export const executionRequestSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    ...writtenExecutionRequestSchema.shape,
    origin: z.strictObject(origin.partial().shape, 'expected a mapping with created_by, created_at').optional(),
    classification: z.strictObject(
      classificationSchema.partial().shape,
      'expected a mapping with complexity, risk_tier, domain, priority',
    ),
    resource_scope: resourceScopeSchema,
    telemetry: z.strictObject(telemetry.partial().shape, 'expected a mapping with correlation_id, trace_flags').optional(),
  },
  'expected a mapping with request_id, project_id, phase_id, task_kind, classification, resource_scope, routing',
);

/** See {@link writtenExecutionRequestSchema}. */
export type ExecutionRequest = z.infer<typeof writtenExecutionRequestSchema>;
