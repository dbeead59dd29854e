import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, timeSchema, ulidSchema } from './ids.ts';
import { textsSchema } from './work.ts';

const text = z.string('expected a text');
const count = z.int('expected a whole number').min(0, 'expected a whole number');

/** patch_artifact.v1: what a code-editing tool proposes to change, as a unified diff, and what asked for it. */
export const patchArtifactSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    patch_id: ulidSchema,
    format: z.literal('unified_diff', 'expected unified_diff'),
    target_repo: text,
    base_ref: text.nullable().optional(),
    base_commit: text.nullable().optional().describe('The commit that the diff applies to'),
    origin: z.strictObject(
      {
        execution_request_id: ulidSchema,
        prompt_id: ulidSchema.nullable().optional(),
        phase_id: idSchema.nullable().optional(),
        workstream_id: idSchema.nullable().optional(),
        tool_id: idSchema,
        tool_run_id: idSchema.nullable().optional(),
        created_at: timeSchema,
      },
      'expected a mapping with execution_request_id, tool_id, created_at',
    ),
    summary: text.optional(),
    scope: z
      .strictObject(
        {
          files_touched: textsSchema.optional(),
          line_insertions: count.optional(),
          line_deletions: count.optional(),
          hunks: count.optional(),
        },
        'expected a mapping with files_touched, line_insertions, line_deletions, hunks',
      )
      .optional(),
    diff_text: text,
  },
  'expected a mapping with patch_id, format, target_repo, origin, diff_text',
);

/** See {@link patchArtifactSchema}. */
export type PatchArtifact = z.infer<typeof patchArtifactSchema>;
