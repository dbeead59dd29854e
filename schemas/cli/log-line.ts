import * as z from 'zod';

/** One line of the output of a tool: `stateyard logs --json` prints one a line. */
export const logLineSchema = z.strictObject({
  step_id: z.string(),
  attempt: z.int().min(1),
  line: z.string().describe('Without its line end; bytes that are not UTF-8 are U+FFFD'),
});

/** See {@link logLineSchema}. */
export type LogLine = z.infer<typeof logLineSchema>;
