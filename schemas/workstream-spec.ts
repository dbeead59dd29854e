import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema } from './ids.ts';
import { taskSpecSchema } from './task-spec.ts';
import {
  acceptanceModeSchema,
  checkSchema,
  phaseConstraintsSchema,
  positiveSchema,
  resourceScopeSchema,
  textsSchema,
} from './work.ts';

/** workstream_spec.v1: a sequence of tasks inside a phase. Its scope and constraints may only narrow the phase's. */
export const workstreamSpecSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    workstream_id: idSchema,
    project_id: idSchema,
    phase_id: idSchema,
    name: idSchema,
    objective: z.string('expected a text'),
    tags: textsSchema.optional(),
    resource_scope: resourceScopeSchema.optional(),
    constraints: phaseConstraintsSchema.optional(),
    concurrency: z.strictObject({ max_parallel: positiveSchema.optional() }).optional(),
    error_handling: z
      .strictObject({
        strategy: z.enum(['fail_fast', 'continue', 'escalate'], 'expected fail_fast, continue or escalate').optional(),
      })
      .optional(),
    acceptance: z
      .strictObject({
        mode: acceptanceModeSchema.optional(),
        checks: z.array(checkSchema, 'expected a list of checks').optional(),
      })
      .optional(),
    tasks: z.array(taskSpecSchema, 'expected a list of tasks').min(1, 'expected at least one task'),
  },
  'expected a mapping with workstream_id, project_id, phase_id, name, objective and tasks',
);

/** See {@link workstreamSpecSchema}. */
export type WorkstreamSpec = z.infer<typeof workstreamSpecSchema>;
