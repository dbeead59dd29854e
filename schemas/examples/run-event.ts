import type * as z from 'zod';
import type { runEventSchema } from '../run-event.ts';
import { headerOf } from './doc-meta.ts';

type Event = z.input<typeof runEventSchema>;

const common = {
  event_id: '01J9Z4A8Q3W6E0R4T8Y2P6S0D4',
  run_id: '01J9Z4A8Q2W6E0R4T8Y2P6S0D4',
  step_attempt_id: null,
  ts: '2026-02-04T09:15:00.142Z',
};
const inAttempt = { ...common, step_attempt_id: '01J9Z4B1N5M9K3H7G1F5D9S3A7' };
const patch = { patch_id: '01J9Z4F2D6S0A4P8Y2T6R0E4W8', step_id: 'refuse-zero' };
const check = { step_id: 'test', attempt: 2, check: 'report', check_run: 1 };

/** What a run tells about itself. */
const ofRuns: readonly Event[] = [
  {
    meta: headerOf('run_event', 'run_artifact', 'The first event of a run'),
    ...common,
    kind: 'run_created',
    payload: { workflow: 'release', steps: 4 },
  },
  { ...common, kind: 'run_started', payload: { from: 'pending', to: 'running.active' } },
  {
    ...common,
    kind: 'run_state_changed',
    payload: { from: 'running.active', to: 'failed', reason: 'step test failed', event: 'xstate.done.actor.step.test' },
  },
  { ...common, kind: 'run_resumed', payload: { state: 'running.active', running: ['test'] } },
  { ...common, kind: 'run_interrupted', payload: { signal: 'SIGINT', state: 'running.active' } },
  { ...common, kind: 'phase_transition', payload: { from: 'planning', to: 'implementation', reason: 'the plan is accepted' } },
  { ...common, kind: 'note', payload: { text: 'a line was cut', step_id: 'test', file: 'attempts/test.1/log', offset: 4096 } },
];

/** What its steps and tools tell. */
const ofSteps: readonly Event[] = [
  {
    ...inAttempt,
    kind: 'step_state_changed',
    payload: {
      step_id: 'test',
      from: 'attempting.executing',
      to: 'backoff',
      reason: { kind: 'exitNonZero', exitCode: 75 },
      attempts: 1,
      duration_ms: 8_120,
      wake_at: '2026-02-04T09:15:10.000Z',
    },
  },
  { ...inAttempt, kind: 'tool_call_started', payload: { ...check, tool_id: 'shell' } },
  { ...inAttempt, kind: 'tool_call_completed', payload: { ...check, exit_code: 0, duration_ms: 640, cost_usd: 0.02 } },
  {
    ...inAttempt,
    kind: 'tool_call_error',
    payload: { ...check, exit_code: 1, duration_ms: 640, cost_usd: 0.02, outcome: { kind: 'exitNonZero', exitCode: 1 } },
  },
  {
    ...common,
    kind: 'route_decided',
    payload: {
      step_id: 'review',
      attempt: 1,
      request_id: '01J9Z4B0C4V8B2N6M0Q4W8E2R6',
      decision: {
        tool_id: 'claude',
        rule: 'risky-edits',
        strategy: 'auto',
        candidates: ['claude', 'codex'],
        cut: [{ tool_id: 'codex', why: 'breaker_open', detail: 'until 09:20' }],
        because: 'the only one that is left',
        waits: false,
        validators: ['ruff'],
        validators_required: true,
        current: null,
        turn: null,
        seed: 1_812,
        figures: { claude: { calls: 12, succeeded: 11, mean_ms: 41_200.5 } },
      },
    },
  },
  {
    ...common,
    kind: 'breaker_changed',
    payload: { tool_id: 'codex', from: 'closed', to: 'open', reopens_at: '2026-02-04T09:20:00.000Z' },
  },
  {
    ...common,
    kind: 'approval_requested',
    payload: { step_id: 'confirm', question: 'Upload 1.4.0?', answer_by: '2026-02-04T10:15:00.000Z' },
  },
];

/** What becomes of patches, and of errors that are handed on. */
const ofPatches: readonly Event[] = [
  { ...common, kind: 'patch_created', payload: { ...patch, format: 'unified_diff', files_touched: ['src/refunds/refund.py'] } },
  {
    ...common,
    kind: 'patch_validated',
    payload: {
      ...patch,
      validation: {
        format_ok: true,
        scope_ok: true,
        constraints_ok: true,
        tests_ran: true,
        tests_passed: true,
        validation_errors: [],
      },
    },
  },
  { ...common, kind: 'patch_apply_started', payload: { ...patch, workspace_path: '.worktrees/refunds' } },
  { ...common, kind: 'patch_apply_succeeded', payload: { ...patch, applied_files: ['src/refunds/refund.py'] } },
  {
    ...common,
    kind: 'patch_apply_failed',
    payload: { ...patch, error_code: 'hunk_failed', error_message: 'hunk 1 does not apply' },
  },
  {
    ...common,
    kind: 'patch_quarantined',
    payload: { ...patch, quarantine_reason: 'it failed twice', quarantine_path: '.quarantine/refuse-zero' },
  },
  {
    ...common,
    kind: 'error_pipeline_triggered',
    payload: { reason: 'the tests fail after the patch', step_id: 'test', patch_id: patch.patch_id },
  },
];

/** One event of each kind. */
export const runEventExamples: readonly Event[] = [...ofRuns, ...ofSteps, ...ofPatches];
