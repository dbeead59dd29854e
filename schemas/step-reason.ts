import * as z from 'zod';
import { outcomeSchema } from './outcome.ts';

/** Why a step ended as it did: what came of its last attempt, or why it was never tried. */
export const stepReasonSchema = z.union([
  outcomeSchema,
  z.strictObject({
    kind: z.literal('dependencyFailed'),
    need: z.string(),
    need_state: z.enum(['failed', 'canceled', 'skipped']),
  }),
  z.strictObject({ kind: z.literal('conditionFalse'), condition: z.string() }),
]);

/** See {@link stepReasonSchema}. */
export type StepReason = z.infer<typeof stepReasonSchema>;
