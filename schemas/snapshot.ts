import * as z from 'zod';
import { outcomeSchema } from './outcome.ts';

const count = z.int().min(0);
const milliseconds = z.number();
const children = z.record(z.string(), z.unknown());

/** The stored snapshot of a run's actor (XState's persisted form), as far as the engine relies on it. */
export const runSnapshotSchema = z.object({
  status: z.enum(['active', 'done']),
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.strictObject({
    runId: z.string(),
    total: count,
    maxParallel: z.int().min(1),
    onFailure: z.enum(['fail_fast', 'continue', 'escalate']),
    timeoutMs: milliseconds.nullable(),
    deadlineMs: milliseconds.nullable(),
    active: z.array(z.string()),
    awaiting: z.array(z.strictObject({ stepId: z.string(), timed: z.boolean() })),
    waiting: count,
    succeeded: count,
    failed: count,
    tolerated: count,
    skipped: count,
    canceled: count,
    reason: z.string().nullable(),
  }),
  children,
});

/** The stored snapshot of a step's actor. */
export const stepSnapshotSchema = z
  .object({
    status: z.literal('active'),
    value: z.union([z.string(), z.record(z.string(), z.string())]),
    context: z.strictObject({
      stepId: z.string(),
      toolId: z.string(),
      attemptTimeoutMs: milliseconds.nullable(),
      stepTimeoutMs: milliseconds.nullable(),
      stepDeadlineMs: milliseconds.nullable(),
      retry: z.strictObject({
        attempts: z.int().min(1),
        backoff: z.enum(['fixed', 'exponential']),
        delayMs: milliseconds,
        maxDelayMs: milliseconds,
        jitter: z.boolean(),
        onExitCodes: z.array(z.int()).nullable(),
      }),
      declaresOutputs: z.boolean(),
      onInterrupted: z.enum(['rerun', 'fail']),
      continueOnError: z.boolean(),
      approval: z.strictObject({ timeoutMs: milliseconds.nullable(), byDefault: z.enum(['approve', 'reject']) }).nullable(),
      dispatchedAtMs: milliseconds,
      attempt: count,
      interruptions: count,
      attemptStartedAtMs: milliseconds,
      outcome: outcomeSchema.nullable(),
      outputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      wakeAtMs: milliseconds,
    }),
    children,
  })
  .refine(
    ({ value, context }) =>
      value === 'awaitingApproval' ? context.attempt === 0 && context.approval !== null : context.attempt > 0,
    {
      path: ['context', 'attempt'],
      error: 'does not fit the state',
    },
  );
