import type { ProjectProfile } from '../project-profile.ts';
import { headerOf } from './doc-meta.ts';

/** The profile of a Python service. */
export const projectProfileExample: ProjectProfile = {
  meta: headerOf('project_profile', 'project_profile', 'The payment service'),
  project_id: 'payments',
  project_name: 'payments',
  project_root: '.',
  domain: 'software-dev',
  profile_id: 'software-dev-python',
  profile_version: '1.0.0',
  resource_types: {
    python_source: { root: 'src', tracked_by: 'git', exclusions: ['**/__pycache__/**'] },
    python_test: { root: 'tests', tracked_by: 'git' },
  },
  available_tools: [
    { tool_id: 'pytest', command: 'pytest', capabilities: ['test'], max_parallel: 1 },
    { tool_id: 'ruff', command: 'ruff', capabilities: ['lint'] },
  ],
  framework_paths: {
    tasks_dir: '.stateyard/tasks',
    ledger_dir: '.stateyard/ledger',
    worktrees_dir: '.stateyard/worktrees',
    quarantine_dir: '.stateyard/quarantine',
    registry_file: '.stateyard/registry.json',
  },
  constraints: {
    patch_only: true,
    tests_must_pass: true,
    ascii_only: false,
    max_lines_changed: 400,
    max_files_changed: 12,
    require_issue_ref: true,
  },
  framework_version: '1.0.0',
};
