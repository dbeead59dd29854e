import type { ProfileExtension } from '../profile-extension.ts';
import { headerOf } from './doc-meta.ts';

/** A profile for projects of notebooks. */
export const profileExtensionExample: ProfileExtension = {
  meta: headerOf('profile_extension', 'other', 'Notebooks'),
  profile_id: 'notebooks',
  profile_version: '1.0.0',
  domain: 'data-pipeline',
  description: 'Projects whose work is done in notebooks.',
  extends_core: ['PHASE_SPEC_MASTER', 'TASK_ROUTING_SPEC'],
  adds_resource_types: [{ type: 'notebook', scope_format: '**/*.ipynb', operations: ['read', 'write', 'create', 'execute'] }],
  adds_change_types: [{ kind: 'notebook_edit', format: 'unified_diff', validation: ['notebook_runs'] }],
  adds_task_kinds: ['notebook_edit'],
  adds_constraints: {
    patch_only: true,
    tests_must_pass: true,
    ascii_only: false,
    max_lines_changed: 400,
    max_files_changed: 12,
    require_issue_ref: true,
  },
  adds_validation_types: [{ type: 'notebook_runs', command: 'jupyter nbconvert --execute --to notebook' }],
  phase_templates: [
    { phase_id: 'explore', name: 'Explore', category: 'analysis', template_path: 'phases/notebooks/explore.yaml' },
  ],
};
