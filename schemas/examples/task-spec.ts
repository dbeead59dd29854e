import type { TaskSpec } from '../task-spec.ts';
import { headerOf } from './doc-meta.ts';

/** A task that changes code and whose result is checked. */
export const taskSpecExample: TaskSpec = {
  meta: headerOf('task_spec', 'other', 'Refuse refunds of zero'),
  task_id: 'refuse-zero',
  name: 'Refuse refunds of zero',
  kind: 'code_edit',
  depends_on: [],
  allow_parallel: false,
  classification: { complexity: 'moderate', risk_tier: 'medium', domain: 'python', priority: 'high' },
  resource_scope_delta: { read: ['**'], write: ['src/refunds/**'], create: ['tests/refunds/*.py'], forbidden: ['**/*.pem'] },
  constraints_delta: {
    patch: { patch_required: true, max_lines_changed: 400, max_files_changed: 12 },
    tests: { tests_must_run: true, tests_must_pass: true, test_command: 'pytest -q' },
    behavior: { ascii_only: true, require_doc_update: false },
  },
  execution: { max_attempts: 2, timeout_seconds: 1800, retry_strategy: 'exponential', background: false },
  prompt_template_ref: 'default',
  prompt_overrides: { OBJECTIVE: 'Refuse refunds of zero with the error "amount must be positive".' },
  execution_request_template: { routing: { strategy: 'auto', preferred_tools: ['claude'] } },
  error_handling: { on_failure: 'fail' },
  acceptance: {
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
};
