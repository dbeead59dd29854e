import * as z from 'zod';
import { timeSchema, ulidSchema } from '../ids.ts';

/** The states of a run as people see them. `interrupted`: stored as running, but no live process owns the run; `paused`: waits for `unpause`; `awaiting`: waits for an answer; `unreadable`: its store is damaged. */
export const shownRunStateSchema = z.enum([
  'pending',
  'running',
  'paused',
  'awaiting',
  'interrupted',
  'succeeded',
  'failed',
  'canceled',
  'quarantined',
  'unreadable',
]);

/** One run of `stateyard ls --json`. */
export const runListItemSchema = z.strictObject({
  run_id: ulidSchema,
  workflow: z.string(),
  project_id: z.string(),
  state: shownRunStateSchema,
  state_reason: z.string().nullable(),
  created_at: timeSchema,
  started_at: timeSchema.nullable(),
  ended_at: timeSchema.nullable(),
  duration_ms: z
    .int()
    .min(0)
    .nullable()
    .describe('From the start to the end, or to now; null for what never started and for an interrupted run'),
  exit_code: z.int().nullable(),
  steps_done: z.int().min(0).nullable().describe('Steps that have ended in any way; null where the index does not know'),
  steps_total: z.int().min(0),
});

/** `stateyard ls --json`, newest first. */
export const runListSchema = z.strictObject({ runs: z.array(runListItemSchema) });

/** See {@link shownRunStateSchema}. */
export type ShownRunState = z.infer<typeof shownRunStateSchema>;
/** See {@link runListItemSchema}. */
export type RunListItem = z.infer<typeof runListItemSchema>;
/** See {@link runListSchema}. */
export type RunList = z.infer<typeof runListSchema>;
