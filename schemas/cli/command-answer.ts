import * as z from 'zod';
import { ulidSchema } from '../ids.ts';

/** The answer of `cancel`, `pause`, `unpause`, `quarantine`, `approve` and `reject` with `--json`. */
export const commandAnswerSchema = z.strictObject({
  run_id: ulidSchema,
  command: z.enum(['cancel', 'pause', 'unpause', 'quarantine', 'approve', 'reject']),
  accepted: z.boolean().describe('Whether the state chart of the run took the command'),
  from: z.string().describe('Where the run stood, such as running.active'),
  to: z.string().describe('Where it stands now'),
  message: z.string().describe('For a refusal: why, in words'),
});

/** See {@link commandAnswerSchema}. */
export type CommandAnswer = z.infer<typeof commandAnswerSchema>;
