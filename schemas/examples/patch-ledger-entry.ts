import type { PatchLedgerEntry } from '../patch-ledger-entry.ts';
import { headerOf } from './doc-meta.ts';

/** A patch that did not apply and was put aside. */
export const patchLedgerEntryExample: PatchLedgerEntry = {
  meta: headerOf('patch_ledger_entry', 'run_artifact', 'The life of a patch'),
  ledger_id: '01J9Z4G3H7J1K5M9N3P7Q1R5S9',
  patch_id: '01J9Z4F2D6S0A4P8Y2T6R0E4W8',
  project_id: 'payments',
  phase_id: 'implementation',
  workstream_id: 'refunds',
  execution_request_id: '01J9Z4B0C4V8B2N6M0Q4W8E2R6',
  state: 'quarantined',
  state_history: [
    { state: 'created', at: '2026-02-04T09:17:30.100Z' },
    { state: 'validated', at: '2026-02-04T09:17:31.000Z' },
    { state: 'apply_failed', at: '2026-02-04T09:17:32.400Z', reason: 'hunk 1 does not apply' },
    { state: 'quarantined', at: '2026-02-04T09:17:32.500Z', reason: 'it failed twice' },
  ],
  validation: {
    format_ok: true,
    scope_ok: true,
    constraints_ok: true,
    tests_ran: false,
    tests_passed: false,
    validation_errors: [],
  },
  apply: {
    attempts: 2,
    last_attempt_at: '2026-02-04T09:17:32.400Z',
    last_error_code: 'hunk_failed',
    last_error_message: 'hunk 1 of src/refunds/refund.py does not apply',
    workspace_path: '.worktrees/refunds',
    applied_files: [],
  },
  quarantine: {
    is_quarantined: true,
    quarantine_reason: 'it failed twice',
    quarantine_path: '.quarantine/01J9Z4F2D6S0A4P8Y2T6R0E4W8',
    quarantined_at: '2026-02-04T09:17:32.500Z',
  },
  relations: { replaces_patch_id: '01J9Z4D1S5A9P3Y7T1R5E9W3Q7', rollback_of_patch_id: null, chain_id: 'refuse-zero' },
};
