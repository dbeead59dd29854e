import type * as z from 'zod';
import type { stepAttemptSchema } from '../step-attempt.ts';
import { headerOf } from './doc-meta.ts';

/** An attempt of a routed tool that left a patch behind and failed. */
export const stepAttemptExample: z.input<typeof stepAttemptSchema> = {
  meta: headerOf('step_attempt', 'run_artifact', 'The second attempt of the tests'),
  step_attempt_id: '01J9Z4B1N5M9K3H7G1F5D9S3A7',
  run_id: '01J9Z4A8Q2W6E0R4T8Y2P6S0D4',
  sequence: 3,
  tool_id: 'claude',
  tool_run_id: 'session-81f2',
  execution_request_id: '01J9Z4B0C4V8B2N6M0Q4W8E2R6',
  prompt_id: '01J9Z4B0C5V8B2N6M0Q4W8E2R6',
  started_at: '2026-02-04T09:15:12.500Z',
  ended_at: '2026-02-04T09:17:30.900Z',
  state: 'failed',
  state_reason: 'exit code 1',
  exit_code: 1,
  outputs: {
    patch_ids: ['01J9Z4F2D6S0A4P8Y2T6R0E4W8'],
    logs_path: 'attempts/test.2/log',
    raw_response_path: 'attempts/test.2/response.json',
  },
  metadata: { step_id: 'test', attempt: 2, outcome: { kind: 'exitNonZero', exitCode: 1 } },
};
