import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, semverSchema, toolIdSchema } from './ids.ts';
import { globSchema, positiveSchema } from './work.ts';

const text = z.string('expected a text');
const flag = z.boolean('expected true or false');
const path = text.min(1, 'expected a path');

/** What kind of work a project is. */
export const projectDomainSchema = z.enum(
  ['software-dev', 'data-pipeline', 'operations', 'documentation', 'mixed'],
  'expected one of software-dev, data-pipeline, operations, documentation, mixed',
);

/** What changes in a project must keep to. */
export const projectConstraintsSchema = z.strictObject(
  {
    patch_only: flag.optional().describe('default true'),
    tests_must_pass: flag.optional().describe('default true'),
    ascii_only: flag.optional().describe('default true'),
    max_lines_changed: positiveSchema.optional(),
    max_files_changed: positiveSchema.optional(),
    require_issue_ref: flag.optional(),
  },
  'expected a mapping with patch_only, tests_must_pass, ascii_only, max_lines_changed, max_files_changed, require_issue_ref',
);

/** project_profile.v1: the file PROJECT_PROFILE.yaml, which `stateyard init` writes and people edit. */
export const projectProfileSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    project_id: idSchema,
    project_name: idSchema,
    project_root: path.describe('From the folder of this file; "." is that folder'),
    domain: projectDomainSchema,
    profile_id: idSchema,
    profile_version: semverSchema.optional(),
    resource_types: z.record(
      text.min(1, 'expected a type'),
      z.strictObject(
        {
          root: path.optional(),
          tracked_by: text.optional(),
          exclusions: z.array(globSchema, 'expected a list of paths or patterns').optional(),
        },
        'expected a mapping with root, tracked_by, exclusions',
      ),
      'expected a mapping of resource types',
    ),
    available_tools: z.array(
      z.strictObject(
        {
          tool_id: toolIdSchema,
          command: text.min(1, 'expected a command'),
          capabilities: z.array(text, 'expected a list of task kinds'),
          max_parallel: positiveSchema.optional(),
        },
        'expected a mapping with tool_id, command, capabilities',
      ),
      'expected a list of tools',
    ),
    framework_paths: z.strictObject(
      { tasks_dir: path, ledger_dir: path, worktrees_dir: path, quarantine_dir: path, registry_file: path },
      'expected a mapping with tasks_dir, ledger_dir, worktrees_dir, quarantine_dir, registry_file',
    ),
    constraints: projectConstraintsSchema,
    framework_version: semverSchema.optional(),
  },
  'expected a mapping with project_id, project_name, project_root, domain, profile_id and more',
);

/** See {@link projectProfileSchema}. */
export type ProjectProfile = z.infer<typeof projectProfileSchema>;
/** See {@link projectDomainSchema}. */
export type ProjectDomain = z.infer<typeof projectDomainSchema>;
