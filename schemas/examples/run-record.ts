import type * as z from 'zod';
import type { runRecordSchema } from '../run-record.ts';
import { headerOf } from './doc-meta.ts';

/** A run that a build started and that failed. */
export const runRecordExample: z.input<typeof runRecordSchema> = {
  meta: headerOf('run_record', 'run_artifact', 'A run of the release workflow'),
  run_id: '01J9Z4A8Q2W6E0R4T8Y2P6S0D4',
  project_id: 'payments',
  phase_id: 'release',
  workstream_id: null,
  execution_request_id: null,
  created_at: '2026-02-04T09:15:00.120Z',
  started_at: '2026-02-04T09:15:00.142Z',
  ended_at: '2026-02-04T09:17:31.007Z',
  state: 'failed',
  state_reason: 'step test failed',
  origin: { trigger_type: 'ci', trigger_ref: 'build 4711', requested_by: 'ada' },
  counters: { step_attempts: 4, patches_created: 0, patches_applied: 0, errors: 1 },
  exit_code: 1,
  error_message: 'test: exit code 1',
  metadata: { workflow: 'release', steps: 3 },
};
