import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, toolIdSchema, ulidSchema } from './ids.ts';

/** The sections of a prompt, in the order in which they are written out. Only OBJECTIVE must be there. */
export const promptSectionNames = [
  'HEADER',
  'OBJECTIVE',
  'CONTEXT',
  'CONSTRAINTS',
  'FILES_SCOPE',
  'OUTPUT_SPEC',
  'VALIDATION',
] as const;

/** One of {@link promptSectionNames}. */
export type PromptSection = (typeof promptSectionNames)[number];

const text = z.string('expected a text');
const section = text.optional();

/** prompt_instance.v1: a rendered prompt, ready for a tool. */
export const promptInstanceSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    prompt_instance_id: ulidSchema,
    template_id: idSchema,
    target_tool: toolIdSchema,
    kind: idSchema,
    sections: z.strictObject(
      {
        OBJECTIVE: text.min(1, 'expected an objective'),
        HEADER: section,
        CONTEXT: section,
        CONSTRAINTS: section,
        FILES_SCOPE: section,
        OUTPUT_SPEC: section,
        VALIDATION: section,
      },
      'expected a mapping with OBJECTIVE',
    ),
  },
  'expected a mapping with prompt_instance_id, template_id, target_tool, kind, sections',
);

/** See {@link promptInstanceSchema}. */
export type PromptInstance = z.infer<typeof promptInstanceSchema>;
