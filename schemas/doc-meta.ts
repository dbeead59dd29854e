import * as z from 'zod';
import { semverSchema, timeSchema, ulidSchema } from './ids.ts';

const words = (...values: [string, ...string[]]) => z.enum(values, `expected one of ${values.join(', ')}`);
const text = z.string('expected a text');
const flag = z.boolean('expected true or false');

/** doc-meta.v1: the header that a document of the framework may carry under the key `meta`. */
export const docMetaSchema = z
  .strictObject(
    {
      meta_version: text,
      doc_ulid: ulidSchema,
      doc_type: words(
        'global_spec',
        'core_spec',
        'project_profile',
        'phase_spec_master',
        'phase_spec_instance',
        'workstream_spec',
        'error_pipeline_spec',
        'tool_profile',
        'capability_card',
        'run_artifact',
        'other',
      ),
      doc_layer: words('global', 'framework', 'project', 'module', 'run'),
      title: text,
      summary: text,
      version: semverSchema,
      status: words('draft', 'active', 'deprecated', 'superseded', 'experimental'),
      schema_ref: text,
      created_at: timeSchema,
      updated_at: timeSchema,
      author_type: words('human', 'ai', 'mixed'),
      owner: text,
      security_tier: words('public', 'internal', 'confidential', 'restricted'),
      project_id: text.nullable().optional(),
      module_id: text.nullable().optional(),
      phase_id: text.nullable().optional(),
      workstream_id: text.nullable().optional(),
      spec_refs: z.array(ulidSchema, 'expected a list of ulids').optional(),
      tags: z.array(text, 'expected a list of texts').optional(),
      patch_policy: z
        .strictObject({
          patch_required: flag.optional().describe('default true'),
          require_issue_ref: flag.optional().describe('default true'),
          min_reviewers: z.int('expected a whole number').min(0, 'expected a whole number').optional().describe('default 1'),
        })
        .optional(),
      ascii_only: flag.optional().describe('default true'),
      max_line_length: z.int('expected a whole number from 40').min(40, 'expected a whole number from 40').optional(),
      last_validated_at: timeSchema.optional(),
      checksum: text.optional(),
    },
    'expected a mapping with the header of a document',
  )
  .meta({ id: 'doc_meta' });

/** See {@link docMetaSchema}. */
export type DocMeta = z.infer<typeof docMetaSchema>;
