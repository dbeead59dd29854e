import * as z from 'zod';
import { timeSchema, ulidSchema } from '../ids.ts';

/** `stateyard gc --json`. */
export const gcReportSchema = z.strictObject({
  store: z.string().describe('Path of the store folder'),
  dry_run: z.boolean().describe('Whether this only says what would be done'),
  removed: z
    .array(
      z.strictObject({
        run_id: ulidSchema,
        workflow: z.string(),
        state: z.string(),
        ended_at: timeSchema.nullable(),
        bytes: z.int().min(0).describe('Size of the files of the run'),
      }),
    )
    .describe('Runs, the one that ended last first'),
  finished: z
    .array(z.strictObject({ run_id: ulidSchema, bytes: z.int().min(0) }))
    .describe('Removals that a crash had cut short, brought to their end'),
  spared: z
    .array(
      z.strictObject({
        run_id: ulidSchema,
        reason: z.enum(['owned', 'unfinished', 'unreadable', 'alive']),
        message: z.string(),
      }),
    )
    .describe('Runs that the rule would remove, and that were left alone'),
  unfinished: z
    .array(z.strictObject({ run_id: ulidSchema, message: z.string() }))
    .describe('Runs that are removed but whose files could not all be deleted'),
  bytes_freed: z.int().min(0),
  runs_left: z.int().min(0),
});

/** See {@link gcReportSchema}. */
export type GcReport = z.infer<typeof gcReportSchema>;
