import type { PatchArtifact } from '../patch-artifact.ts';
import { headerOf } from './doc-meta.ts';

/** A change of one line. */
export const patchArtifactExample: PatchArtifact = {
  meta: headerOf('patch_artifact', 'run_artifact', 'Refuse refunds of zero'),
  patch_id: '01J9Z4F2D6S0A4P8Y2T6R0E4W8',
  format: 'unified_diff',
  target_repo: 'payments',
  base_ref: 'main',
  base_commit: '3f2c1e0d9b8a7f6e5d4c3b2a1908f7e6d5c4b3a2',
  origin: {
    execution_request_id: '01J9Z4B0C4V8B2N6M0Q4W8E2R6',
    prompt_id: '01J9Z4B0C5V8B2N6M0Q4W8E2R6',
    phase_id: 'implementation',
    workstream_id: 'refunds',
    tool_id: 'claude',
    tool_run_id: 'session-81f2',
    created_at: '2026-02-04T09:17:30.100Z',
  },
  summary: 'Refuses refunds of zero.',
  scope: { files_touched: ['src/refunds/refund.py'], line_insertions: 1, line_deletions: 1, hunks: 1 },
  diff_text: [
    '--- a/src/refunds/refund.py',
    '+++ b/src/refunds/refund.py',
    '@@ -1,2 +1,2 @@',
    ' def refund(amount):',
    '-    assert amount >= 0',
    '+    assert amount > 0',
    '',
  ].join('\n'),
};
