import * as z from 'zod';
import { diagnosticSchema, reportedErrorSchema } from './error-report.ts';

/** What `stateyard validate` found in one file. */
export const validatedFileSchema = z.strictObject({
  file: z.string(),
  valid: z.boolean(),
  document: z.string().nullable().describe('What the file was checked as, such as workflow; null: it could not be read'),
  guessed_from: z
    .array(z.string())
    .nullable()
    .describe('The keys that spoke for that document where none tells it for certain; null: it is certain'),
  workflow: z.string().nullable().describe('Its name, when it is valid and can be run'),
  steps: z.int().min(0).nullable(),
  diagnostics: z.array(diagnosticSchema),
  error: reportedErrorSchema.nullable().describe('Why the file could not be read at all'),
});

/** `stateyard validate --json`. */
export const validateReportSchema = z.strictObject({ valid: z.boolean(), files: z.array(validatedFileSchema) });

/** See {@link validatedFileSchema}. */
export type ValidatedFile = z.infer<typeof validatedFileSchema>;
/** See {@link validateReportSchema}. */
export type ValidateReport = z.infer<typeof validateReportSchema>;
