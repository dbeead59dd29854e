import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema } from './ids.ts';
import { stepIdPattern } from './workflow.ts';
import {
  checkSchema,
  complexitySchema,
  phaseConstraintsSchema,
  positiveSchema,
  prioritySchema,
  resourceScopeSchema,
} from './work.ts';

const text = z.string('expected a text');
const flag = z.boolean('expected true or false');
const taskId = z
  .string('expected a text')
  .regex(stepIdPattern, 'a task id is letters, digits, _ and -, starts with a letter or _, and has at most 100 characters');

/**
 * task_spec.v1: one task. `resource_scope_delta` and `constraints_delta` narrow what the workstream allows;
 * `execution_request_template` gives fields of the execution request (`routing`, `telemetry`) that nothing else says.
 */
export const taskSpecSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    task_id: taskId,
    name: idSchema,
    kind: idSchema,
    depends_on: z.array(taskId, 'expected a list of task ids').optional(),
    allow_parallel: flag.optional(),
    classification: z
      .strictObject({
        complexity: complexitySchema.optional(),
        risk_tier: text.optional(),
        domain: text.optional(),
        priority: prioritySchema.optional(),
      })
      .optional(),
    resource_scope_delta: resourceScopeSchema.optional(),
    constraints_delta: phaseConstraintsSchema.optional(),
    execution: z
      .strictObject({
        max_attempts: positiveSchema.optional(),
        timeout_seconds: positiveSchema.optional(),
        retry_strategy: text.optional(),
        background: flag.optional(),
      })
      .optional(),
    prompt_template_ref: text.optional(),
    prompt_overrides: z.record(z.string(), z.json(), 'expected a mapping').optional(),
    execution_request_template: z.record(z.string(), z.json(), 'expected a mapping').optional(),
    error_handling: z.strictObject({ on_failure: text.optional() }).optional(),
    acceptance: z.strictObject({ checks: z.array(checkSchema, 'expected a list of checks').optional() }).optional(),
  },
  'expected a mapping with task_id, name and kind',
);

/** See {@link taskSpecSchema}. */
export type TaskSpec = z.infer<typeof taskSpecSchema>;
