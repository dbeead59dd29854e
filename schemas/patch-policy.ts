import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, ulidSchema } from './ids.ts';
import { globSchema, positiveSchema, textsSchema } from './work.ts';

const flag = z.boolean('expected true or false');
const globs = z.array(globSchema, 'expected a list of paths or patterns');

/** patch_policy.v1: what patches may do. Policies layer from global to doc, and a lower one may only tighten. */
export const patchPolicySchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    patch_policy_id: idSchema,
    scope: z.strictObject(
      {
        level: z.enum(['global', 'project', 'phase', 'doc'], 'expected one of global, project, phase, doc'),
        project_id: idSchema.nullable().optional(),
        phase_id: idSchema.nullable().optional(),
        doc_ulid: ulidSchema.nullable().optional(),
      },
      'expected a mapping with level, project_id, phase_id, doc_ulid',
    ),
    constraints: z.strictObject(
      {
        allowed_formats: textsSchema.optional(),
        patch_required: flag.optional().describe('default true'),
        max_lines_changed: positiveSchema.optional(),
        max_files_changed: positiveSchema.optional(),
        forbid_binary_patches: flag.optional().describe('default true'),
        forbid_touching_paths: globs.optional(),
        require_tests_for_paths: globs.optional(),
        require_issue_ref: flag.optional().describe('default true'),
        min_reviewers: z.int('expected a whole number').min(0, 'expected a whole number').optional().describe('default 1'),
        oscillation_window: positiveSchema.optional(),
        oscillation_threshold: positiveSchema.optional(),
      },
      'expected a mapping of constraints such as max_lines_changed',
    ),
  },
  'expected a mapping with patch_policy_id, scope, constraints',
);

/** See {@link patchPolicySchema}. */
export type PatchPolicy = z.infer<typeof patchPolicySchema>;
