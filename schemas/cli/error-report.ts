import * as z from 'zod';
import { acceptedEventSchema } from './explain-report.ts';

/** One mistake in a file, at a place. Lines and columns are 1-based; `end_column` is exclusive. */
export const diagnosticSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
  end_column: z.int().min(1),
  context: z.strictObject({ before: z.string().nullable(), at: z.string() }),
});

/** A command that the state chart of a run has refused. */
const refusalSchema = z.strictObject({
  command: z.string(),
  event: z.string().describe('The event of the chart that the command stands for'),
  step_id: z.string().nullable().describe('The step that it is about; null: the whole run'),
  state: z.string().describe('Where the run stands, such as running.active'),
  because: z
    .enum(['no_transition', 'ignored', 'guard'])
    .describe('The state does not name the event; it names it to leave it out; or a guard says no'),
  guards: z.array(z.string()).describe('The guards that say no'),
  why: z.string(),
  accepts: z.array(acceptedEventSchema).describe('What the chart takes where it stands'),
});

/** What went wrong, for a program: `code` is fixed, the texts are for people. */
export const reportedErrorSchema = z.strictObject({
  code: z.string().describe('A fixed word, such as run_not_found'),
  message: z.string(),
  hint: z.string().nullable(),
  diagnostics: z.array(diagnosticSchema).optional().describe('The mistakes of a definition, each at its place'),
  file: z.string().optional().describe('The damaged file of the store'),
  offset: z.int().min(0).optional().describe('Where in that file, in bytes'),
  refusal: refusalSchema.optional().describe('Why the run refused a command, and what it takes instead'),
});

/** What every verb prints on standard output with `--json` when it fails. */
export const errorReportSchema = z.strictObject({ error: reportedErrorSchema });

/** See {@link errorReportSchema}. */
export type ErrorReport = z.infer<typeof errorReportSchema>;
/** See {@link refusalSchema}. */
export type Refusal = z.infer<typeof refusalSchema>;
