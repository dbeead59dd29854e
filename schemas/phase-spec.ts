import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, toolIdSchema } from './ids.ts';
import { acceptanceModeSchema, checkSchema, globSchema, phaseConstraintsSchema, textsSchema } from './work.ts';

const globs = z.array(globSchema, 'expected a list of paths or patterns');
const tools = z.array(toolIdSchema, 'expected a list of tool ids');

/** phase_spec.v1: what work of one kind may do. An absent list of `resource_scope` allows nothing of it. */
export const phaseSpecSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    phase_id: idSchema,
    name: idSchema,
    category: z.string('expected a text'),
    description: z.string('expected a text').optional(),
    resource_scope: z.strictObject(
      {
        type: z.string('expected a text'),
        read: globs.optional(),
        write: globs.optional(),
        create: globs.optional(),
        forbidden: globs.optional(),
      },
      'expected a mapping with type, read, write, create, forbidden',
    ),
    constraints: phaseConstraintsSchema,
    allowed_tools: tools.optional(),
    disallowed_tools: tools.optional(),
    acceptance: z.strictObject(
      {
        mode: acceptanceModeSchema,
        checks: z.array(checkSchema, 'expected a list of checks'),
        post_actions: textsSchema.optional(),
      },
      'expected a mapping with mode and checks',
    ),
  },
  'expected a mapping with phase_id, name, category, resource_scope, constraints and acceptance',
);

/** See {@link phaseSpecSchema}. */
export type PhaseSpec = z.infer<typeof phaseSpecSchema>;
