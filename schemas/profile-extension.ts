import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, semverSchema } from './ids.ts';
import { projectConstraintsSchema, projectDomainSchema } from './project-profile.ts';
import { textsSchema } from './work.ts';

const text = z.string('expected a text');
const word = text.min(1, 'expected a word');

/** profile_extension.v1: what a kind of project adds to the framework. */
export const profileExtensionSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    profile_id: idSchema,
    profile_version: semverSchema,
    domain: projectDomainSchema.optional(),
    description: text.optional(),
    extends_core: z.array(
      z.enum(
        [
          'COOPERATION_SPEC',
          'PHASE_SPEC_MASTER',
          'WORKSTREAM_SPEC',
          'TASK_ROUTING_SPEC',
          'PROMPT_RENDERING_SPEC',
          'PATCH_MANAGEMENT_SPEC',
        ],
        'expected one of COOPERATION_SPEC, PHASE_SPEC_MASTER, WORKSTREAM_SPEC, TASK_ROUTING_SPEC, PROMPT_RENDERING_SPEC, PATCH_MANAGEMENT_SPEC',
      ),
      'expected a list of core specifications',
    ),
    adds_resource_types: z.array(
      z.strictObject(
        {
          type: word,
          scope_format: word,
          operations: z.array(
            z.enum(['read', 'write', 'create', 'delete', 'execute'], 'expected one of read, write, create, delete, execute'),
            'expected a list of operations',
          ),
        },
        'expected a mapping with type, scope_format, operations',
      ),
      'expected a list of resource types',
    ),
    adds_change_types: z
      .array(
        z.strictObject(
          { kind: word, format: word, validation: textsSchema.optional() },
          'expected a mapping with kind, format, validation',
        ),
        'expected a list of change types',
      )
      .optional(),
    adds_task_kinds: textsSchema.optional(),
    adds_constraints: projectConstraintsSchema.optional(),
    adds_validation_types: z
      .array(
        z.strictObject({ type: word, command: word }, 'expected a mapping with type and command'),
        'expected a list of validations',
      )
      .optional(),
    phase_templates: z
      .array(
        z.strictObject(
          { phase_id: idSchema.optional(), name: text.optional(), category: text.optional(), template_path: text.optional() },
          'expected a mapping with phase_id, name, category, template_path',
        ),
        'expected a list of phase templates',
      )
      .optional(),
  },
  'expected a mapping with profile_id, profile_version, extends_core, adds_resource_types',
);

/** See {@link profileExtensionSchema}. */
export type ProfileExtension = z.infer<typeof profileExtensionSchema>;
