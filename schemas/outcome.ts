import * as z from 'zod';

/**
 * What came of one attempt (or of a question to a person): success, or a failure of the world as data. Stored with the attempt and the step, judged by the
 * guards of `machines/step`, rendered by the CLI. Each failure carries what a reader needs to understand it without the log.
 */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('succeeded'), exitCode: z.literal(0) }),
  z.strictObject({ kind: z.literal('exitNonZero'), exitCode: z.int().min(1).max(255) }),
  z.strictObject({ kind: z.literal('signaled'), signal: z.string(), exitCode: z.int().min(129).max(255) }),
  z.strictObject({ kind: z.literal('timedOut'), timeoutMs: z.int().min(1), scope: z.enum(['attempt', 'step', 'run']) }),
  z.strictObject({
    kind: z.literal('threw').describe('A function of the program threw; its words stand in the log of the attempt alone'),
    error: z.string().max(100).describe('The name of the error, such as TypeError'),
  }),
  z.strictObject({ kind: z.literal('spawnFailed'), code: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal('outputInvalid'), problems: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('logLimit'), limitBytes: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('judged').describe('The configuration of the tool says what this end of it means'),
    exitCode: z.int().min(0).max(255),
    means: z.enum(['retry', 'try_another', 'never_retry']),
    because: z.string(),
  }),
  z.strictObject({
    kind: z.literal('verificationFailed').describe('The tool said that it succeeded; a check of its result says otherwise'),
    check: z.string(),
    exitCode: z.int().nullable(),
    message: z.string(),
  }),
  z.strictObject({ kind: z.literal('noRoutableTool'), message: z.string() }),
  z.strictObject({ kind: z.literal('expressionFailed'), field: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal('interrupted'), message: z.string() }),
  z.strictObject({ kind: z.literal('canceled'), reason: z.string() }),
  z.strictObject({ kind: z.literal('approved'), comment: z.string().nullable(), byDefault: z.boolean() }),
  z.strictObject({ kind: z.literal('rejected'), comment: z.string().nullable(), byDefault: z.boolean() }),
]);

/** See {@link outcomeSchema}. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** An outcome that is not success. */
export type Failure = Exclude<Outcome, { kind: 'succeeded' | 'approved' }>;
