import * as z from 'zod';

const count = z.int().min(0);

/** `stateyard generate-tests --json`. */
export const generatedTestsSchema = z.strictObject({
  machine: z.string().describe('Id of the machine'),
  file: z.string().describe('As --out named it'),
  fresh: z.boolean().describe('Whether the file already was what would be written'),
  written: z.boolean(),
  paths: count,
  events: count.describe('Of all paths together'),
  wanted: count.describe('Transitions that can be taken, and twice the number of their guards'),
  missed: z.array(z.string()).describe('What no path brings about, in words'),
  bound_met: z.boolean().describe('Whether the search ended before everything had been tried'),
});

/** See {@link generatedTestsSchema}. */
export type GeneratedTests = z.infer<typeof generatedTestsSchema>;
