import type * as z from 'zod';
import type { executionRequestSchema } from '../execution-request.ts';
import { headerOf } from './doc-meta.ts';

/** The request to change how a service refunds. */
export const executionRequestExample: z.input<typeof executionRequestSchema> = {
  meta: headerOf('execution_request', 'run_artifact', 'Handle refunds of zero'),
  request_id: '01J9Z4B0C4V8B2N6M0Q4W8E2R6',
  project_id: 'payments',
  phase_id: 'implementation',
  workstream_id: 'refunds',
  task_kind: 'code_edit',
  origin: { created_by: 'stateyard', created_at: '2026-02-04T09:15:12.300Z' },
  classification: { complexity: 'moderate', risk_tier: 'medium', domain: 'python', priority: 'high' },
  resource_scope: {
    read: ['**'],
    write: ['src/refunds/**'],
    create: ['tests/refunds/*.py'],
    forbidden: ['src/refunds/keys/**'],
  },
  constraints: { patch_only: true, tests_must_pass: true, max_lines_changed: 200, max_files_changed: 8 },
  prompt_spec: '01J9Z4B0C5V8B2N6M0Q4W8E2R6',
  routing: {
    strategy: 'auto',
    allowed_tools: ['claude', 'codex'],
    preferred_tools: ['claude'],
    max_attempts: 2,
    timeout_seconds: 1800,
  },
  telemetry: { correlation_id: 'issue-318', trace_flags: ['costs'] },
};
