import type { PatchPolicy } from '../patch-policy.ts';
import { headerOf } from './doc-meta.ts';

/** What patches may do in one phase of a project. */
export const patchPolicyExample: PatchPolicy = {
  meta: headerOf('patch_policy', 'other', 'Patches of the payment service'),
  patch_policy_id: 'payments-implementation',
  scope: { level: 'phase', project_id: 'payments', phase_id: 'implementation', doc_ulid: null },
  constraints: {
    allowed_formats: ['unified_diff'],
    patch_required: true,
    max_lines_changed: 400,
    max_files_changed: 12,
    forbid_binary_patches: true,
    forbid_touching_paths: ['**/*.pem', 'migrations/**'],
    require_tests_for_paths: ['src/**'],
    require_issue_ref: true,
    min_reviewers: 1,
    oscillation_window: 6,
    oscillation_threshold: 3,
  },
};
