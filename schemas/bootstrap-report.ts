import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, semverSchema, timeSchema } from './ids.ts';
import { projectDomainSchema } from './project-profile.ts';
import { positiveSchema, textsSchema } from './work.ts';

const text = z.string('expected a text');
const count = z.int('expected a whole number').min(0, 'expected a whole number');
const share = z.number('expected a number').min(0, 'expected 0 to 1').max(1, 'expected 0 to 1');

const artifact = z.strictObject(
  {
    path: text.min(1, 'expected a path'),
    type: text.optional(),
    status: z.enum(['created', 'validated', 'failed'], 'expected one of created, validated, failed'),
    change: z
      .enum(['new', 'replaced', 'unchanged'], 'expected one of new, replaced, unchanged')
      .optional()
      .describe('How the file differs, or would, from what was there before'),
    diff: text.optional().describe('The difference as a unified diff, where `--dry-run` asked for it'),
  },
  'expected a mapping with path, type, status',
);

/** bootstrap_report.v1: what `stateyard init` tells its reader. `selection`, and `change` and `diff` of an artifact, are ours beyond v1. */
export const bootstrapReportSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    project_name: idSchema,
    domain: projectDomainSchema,
    profile_id: idSchema,
    profile_version: semverSchema.optional(),
    status: z.enum(['ready', 'partial', 'failed', 'needs_human'], 'expected one of ready, partial, failed, needs_human'),
    selection: z
      .strictObject({
        confidence: share,
        reasons: textsSchema,
        considered: z.array(z.strictObject({ profile_id: idSchema, score: share })).describe('Every profile, the best first'),
      })
      .optional()
      .describe('Why this profile was taken'),
    discovery_summary: z
      .strictObject({
        languages: text.optional(),
        version_control: text.optional(),
        ci_cd: text.optional(),
        frameworks: textsSchema.optional(),
      })
      .optional(),
    generated_artifacts: z.array(artifact, 'expected a list of artifacts'),
    directories_created: textsSchema.optional(),
    configuration: z.strictObject({
      patch_only_mode: z.boolean('expected true or false').optional(),
      test_requirement: z.boolean('expected true or false').optional(),
      max_lines_per_patch: positiveSchema.optional(),
      available_tools: textsSchema.optional(),
    }),
    validation_results: z
      .strictObject({
        validation_status: z.enum(['passed', 'failed', 'needs_human'], 'expected one of passed, failed, needs_human').optional(),
        errors: textsSchema.optional(),
        warnings: textsSchema.optional(),
        auto_fixes_applied: count.optional(),
        human_decisions_needed: count.optional(),
      })
      .optional(),
    next_steps: z.strictObject({ for_human: textsSchema.optional(), for_ai_agent: textsSchema.optional() }).optional(),
    initialization_time: timeSchema.optional(),
    ready_for_workstreams: z.boolean('expected true or false').optional(),
  },
  'expected a mapping with project_name, domain, profile_id, status, generated_artifacts, configuration',
);

/** See {@link bootstrapReportSchema}. */
export type BootstrapReport = z.infer<typeof bootstrapReportSchema>;
