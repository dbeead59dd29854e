import type { PhaseSpec } from '../phase-spec.ts';
import { headerOf } from './doc-meta.ts';

/** What may be done while a service is implemented. */
export const phaseSpecExample: PhaseSpec = {
  meta: headerOf('phase_spec', 'phase_spec_instance', 'Implementation'),
  phase_id: 'implementation',
  name: 'Implementation',
  category: 'development',
  description: 'Source and tests may change; keys and migrations may not.',
  resource_scope: {
    type: 'python_source',
    read: ['**'],
    write: ['src/**', 'tests/**'],
    create: ['src/**', 'tests/**'],
    forbidden: ['**/*.pem', 'migrations/**'],
  },
  constraints: {
    patch: { patch_required: true, max_lines_changed: 400, max_files_changed: 12 },
    tests: { tests_must_run: true, tests_must_pass: true, test_command: 'pytest -q' },
    behavior: { ascii_only: true, require_doc_update: false },
  },
  allowed_tools: ['claude', 'codex'],
  disallowed_tools: ['aider'],
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
    post_actions: ['git status --short'],
  },
};
