import * as z from 'zod';

const count = z.int().min(0);

/** `stateyard machines --json`: our own machines. */
export const machineListSchema = z.strictObject({
  machines: z.array(
    z.strictObject({
      name: z.string().describe('What it is called by on the command line'),
      version: z.string().nullable(),
      summary: z.string(),
      states: count.describe('The root and every state in it'),
      transitions: count.describe('As they are written: an event with three candidates has three'),
    }),
  ),
});

/** See {@link machineListSchema}. */
export type MachineList = z.infer<typeof machineListSchema>;
