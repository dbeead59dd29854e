import * as z from 'zod';

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

/** What went wrong, for a program: `code` is fixed, the texts are for people. */
export const reportedErrorSchema = z.strictObject({
  code: z.string().describe('A fixed word, such as run_not_found'),
  message: z.string(),
  hint: z.string().nullable(),
  diagnostics: z.array(diagnosticSchema).optional().describe('The mistakes of a definition, each at its place'),
  file: z.string().optional().describe('The damaged file of the store'),
  offset: z.int().min(0).optional().describe('Where in that file, in bytes'),
});

/** What every verb prints on standard output with `--json` when it fails. */
export const errorReportSchema = z.strictObject({ error: reportedErrorSchema });

/** See {@link errorReportSchema}. */
export type ErrorReport = z.infer<typeof errorReportSchema>;
