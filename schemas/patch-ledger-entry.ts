import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, timeSchema, ulidSchema } from './ids.ts';
import { textsSchema } from './work.ts';

const text = z.string('expected a text');
const flag = z.boolean('expected true or false');
const count = z.int('expected a whole number').min(0, 'expected a whole number');

const states = [
  'created',
  'validated',
  'queued',
  'applied',
  'apply_failed',
  'verified',
  'committed',
  'rolled_back',
  'quarantined',
  'dropped',
] as const;
const state = z.enum(states, `expected one of ${states.join(', ')}`);

/** What the checks of a patch said, before it is applied and after its tests. */
export const patchValidationSchema = z.strictObject(
  {
    format_ok: flag,
    scope_ok: flag,
    constraints_ok: flag,
    tests_ran: flag.optional(),
    tests_passed: flag.optional(),
    validation_errors: textsSchema.optional(),
  },
  'expected a mapping with format_ok, scope_ok, constraints_ok',
);

const application = z.strictObject(
  {
    attempts: count.optional(),
    last_attempt_at: timeSchema.optional(),
    last_error_code: text.optional(),
    last_error_message: text.optional(),
    workspace_path: text.optional(),
    applied_files: textsSchema.optional(),
  },
  'expected a mapping with attempts, last_attempt_at, last_error_code, last_error_message, workspace_path, applied_files',
);

const quarantine = z.strictObject(
  {
    is_quarantined: flag.optional(),
    quarantine_reason: text.optional(),
    quarantine_path: text.optional(),
    quarantined_at: timeSchema.optional(),
  },
  'expected a mapping with is_quarantined, quarantine_reason, quarantine_path, quarantined_at',
);

const relations = z.strictObject(
  {
    replaces_patch_id: ulidSchema.nullable().optional(),
    rollback_of_patch_id: ulidSchema.nullable().optional(),
    chain_id: idSchema.nullable().optional(),
  },
  'expected a mapping with replaces_patch_id, rollback_of_patch_id, chain_id',
);

/** patch_ledger_entry.v1: the life of one patch. */
export const patchLedgerEntrySchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    ledger_id: ulidSchema,
    patch_id: ulidSchema,
    project_id: idSchema,
    phase_id: idSchema.nullable().optional(),
    workstream_id: idSchema.nullable().optional(),
    execution_request_id: ulidSchema.nullable().optional(),
    state,
    state_history: z
      .array(
        z.strictObject({ state, at: timeSchema, reason: text.optional() }, 'expected a mapping with state, at, reason'),
        'expected a list of states',
      )
      .optional(),
    validation: patchValidationSchema,
    apply: application.optional(),
    quarantine: quarantine.optional(),
    relations: relations.optional(),
  },
  'expected a mapping with ledger_id, patch_id, project_id, state, validation',
);

/** See {@link patchLedgerEntrySchema}. */
export type PatchLedgerEntry = z.infer<typeof patchLedgerEntrySchema>;
