import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, timeSchema, toolIdSchema } from './ids.ts';
import { projectDomainSchema } from './project-profile.ts';
import { textsSchema } from './work.ts';

const text = z.string('expected a text');
const flag = z.boolean('expected true or false');

/** bootstrap_discovery.v1: what the scan of a project found. Paths are relative to `project_root`, which is absolute. */
export const bootstrapDiscoverySchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    project_root: text.min(1, 'expected a path'),
    project_name: idSchema,
    domain: projectDomainSchema,
    domain_confidence: z.number('expected a number').min(0, 'expected 0 to 1').max(1, 'expected 0 to 1').optional(),
    languages: z.array(
      z.strictObject(
        {
          language: text.min(1, 'expected a language'),
          percentage: z
            .number('expected a number')
            .min(0, 'expected 0 to 100')
            .max(100, 'expected 0 to 100')
            .describe('Of the bytes of all files in a language'),
          file_count: z.int('expected a whole number').min(0, 'expected a whole number').optional(),
        },
        'expected a mapping with language, percentage, file_count',
      ),
      'expected a list of languages',
    ),
    frameworks: z
      .array(z.strictObject({ framework: text, indicator: text }, 'expected a mapping with framework and indicator'))
      .optional(),
    resource_types: textsSchema,
    available_tools: z.array(
      z.strictObject(
        { tool_id: toolIdSchema, detected_via: text, version: text.optional() },
        'expected a mapping with tool_id, detected_via, version',
      ),
      'expected a list of tools',
    ),
    existing_ci: text.nullable().optional(),
    vcs: text.nullable().optional(),
    inferred_constraints: z
      .strictObject({ tests_must_pass: flag.optional(), lint_required: flag.optional(), patch_only: flag.optional() })
      .optional(),
    directory_structure: z
      .strictObject({
        src_dirs: textsSchema.optional(),
        test_dirs: textsSchema.optional(),
        doc_dirs: textsSchema.optional(),
        config_dirs: textsSchema.optional(),
        script_dirs: textsSchema.optional(),
      })
      .optional(),
    discovery_timestamp: timeSchema.optional(),
  },
  'expected a mapping with project_root, project_name, domain, languages, resource_types, available_tools',
);

/** See {@link bootstrapDiscoverySchema}. */
export type BootstrapDiscovery = z.infer<typeof bootstrapDiscoverySchema>;
