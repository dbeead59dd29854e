import * as z from 'zod';

/** One thing that `stateyard doctor` looked at. */
export const doctorCheckSchema = z.strictObject({
  subject: z.string().describe('What was looked at: store, index, run RUN_ID, shell bash, node'),
  ok: z.boolean(),
  message: z.string(),
  advice: z.string().nullable().describe('What to do about it'),
});

/** The head of the hash chain of one store: it covers every record before it. */
export const chainHeadSchema = z.strictObject({
  store: z.string().describe('index, or a run id'),
  sequence: z.int().min(0),
  hash: z.string(),
});

/** `stateyard doctor --json`. */
export const doctorReportSchema = z.strictObject({
  ok: z.boolean(),
  store: z.string().describe('Path of the store folder'),
  checks: z.array(doctorCheckSchema),
  heads: z.array(chainHeadSchema),
  repaired: z.array(z.string()).describe('What --repair has done'),
});

/** See {@link doctorCheckSchema}. */
export type DoctorCheck = z.infer<typeof doctorCheckSchema>;
/** See {@link chainHeadSchema}. */
export type ChainHead = z.infer<typeof chainHeadSchema>;
/** See {@link doctorReportSchema}. */
export type DoctorReport = z.infer<typeof doctorReportSchema>;
