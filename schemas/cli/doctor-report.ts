import * as z from 'zod';

/** One thing that `stateyard doctor` looked at. */
export const doctorCheckSchema = z.strictObject({
  subject: z
    .string()
    .describe('What was looked at: store, index, tool store, run RUN_ID, router configuration, tool TOOL_ID, shell bash, node'),
  ok: z.boolean(),
  message: z.string(),
  advice: z.string().nullable().describe('What to do about it'),
});

/** The head of the hash chain of one store: it covers every record before it. */
export const chainHeadSchema = z.strictObject({
  store: z.string().describe('index, tools, or a run id'),
  sequence: z.int().min(0),
  hash: z.string(),
});

/** One thing that `stateyard doctor --repair` has done, or could not do. */
export const doctorRepairSchema = z.strictObject({
  subject: z.string().describe('As in the checks'),
  done: z.boolean().describe('false: it could not be done, and the message says why'),
  message: z.string(),
  kept: z.string().nullable().describe('Where that which was taken out of the store is kept'),
});

/** `stateyard doctor --json`. */
export const doctorReportSchema = z.strictObject({
  ok: z.boolean(),
  store: z.string().describe('Path of the store folder'),
  checks: z.array(doctorCheckSchema),
  heads: z.array(chainHeadSchema),
  repaired: z.array(doctorRepairSchema).describe('What --repair has done'),
});

/** See {@link doctorCheckSchema}. */
export type DoctorCheck = z.infer<typeof doctorCheckSchema>;
/** See {@link chainHeadSchema}. */
export type ChainHead = z.infer<typeof chainHeadSchema>;
/** See {@link doctorRepairSchema}. */
export type DoctorRepair = z.infer<typeof doctorRepairSchema>;
/** See {@link doctorReportSchema}. */
export type DoctorReport = z.infer<typeof doctorReportSchema>;
