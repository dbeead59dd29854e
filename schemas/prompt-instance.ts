import * as z from 'zod';
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

/** prompt_instance.v1: a rendered prompt, ready for a tool. */
export const promptInstanceSchema = z.strictObject({
  prompt_instance_id: ulidSchema,
  template_id: idSchema,
  target_tool: toolIdSchema,
  kind: idSchema,
  sections: z.strictObject({
    OBJECTIVE: z.string().min(1),
    HEADER: z.string().optional(),
    CONTEXT: z.string().optional(),
    CONSTRAINTS: z.string().optional(),
    FILES_SCOPE: z.string().optional(),
    OUTPUT_SPEC: z.string().optional(),
    VALIDATION: z.string().optional(),
  }),
});

/** See {@link promptInstanceSchema}. */
export type PromptInstance = z.infer<typeof promptInstanceSchema>;
