import type { WorkstreamSpec } from '../workstream-spec.ts';
import { headerOf } from './doc-meta.ts';
import { taskSpecExample } from './task-spec.ts';

/** Two tasks, one after the other, and a check at the end. */
export const workstreamSpecExample: WorkstreamSpec = {
  meta: headerOf('workstream_spec', 'workstream_spec', 'Refunds'),
  workstream_id: 'refunds',
  project_id: 'payments',
  phase_id: 'implementation',
  name: 'Refunds',
  objective: 'Refunds are refused or made, never made by halves.',
  tags: ['refunds', 'quarter-1'],
  resource_scope: { read: ['**'], write: ['src/refunds/**'], create: ['tests/refunds/*.py'], forbidden: ['**/*.pem'] },
  constraints: {
    patch: { patch_required: true, max_lines_changed: 400, max_files_changed: 12 },
    tests: { tests_must_run: true, tests_must_pass: true, test_command: 'pytest -q' },
    behavior: { ascii_only: true, require_doc_update: false },
  },
  concurrency: { max_parallel: 2 },
  error_handling: { strategy: 'fail_fast' },
  acceptance: {
    mode: 'all',
    checks: [
      {
        id: 'types',
        type: 'command',
        description: 'The types hold',
        command: 'mypy src',
        required: true,
        severity: 'error',
      },
    ],
  },
  tasks: [
    { task_id: 'analyse', name: 'Find where refunds are made', kind: 'analysis' },
    { ...taskSpecExample, depends_on: ['analyse'] },
  ],
};
