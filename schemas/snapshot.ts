import * as z from 'zod';
import { outcomeSchema } from './outcome.ts';

const count = z.int().min(0);
const milliseconds = z.number();
const amount = z.number().min(0);
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
    held: z.array(z.string()),
    meters: z.array(
      z.strictObject({
        toolId: z.string().nullable(),
        unit: z.enum(['calls', 'minutes', 'cost']),
        limit: z.number().positive(),
        allowed: z.number().positive(),
        used: amount,
      }),
    ),
    grants: z.array(z.strictObject({ stepId: z.string(), toolId: z.string() })),
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
      toolId: z.string().nullable(),
      routed: z.boolean(),
      spentTools: z.array(z.string()),
      spentAttempts: count,
      requestId: z.string().nullable(),
      promptId: z.string().nullable(),
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
      checks: z.array(z.strictObject({ id: z.string(), required: z.boolean() })),
      check: count,
      checkRun: count,
      checkStartedAtMs: milliseconds,
      heldAtMs: milliseconds,
    }),
    children,
  })
  .refine(
    ({ value, context }) => {
      if (value === 'awaitingApproval') return context.attempt === 0 && context.approval !== null;
      return context.attempt > 0 || value === 'routing' || value === 'held';
    },
    {
      path: ['context', 'attempt'],
      error: 'does not fit the state',
    },
  )
  .refine(({ value, context }) => context.routed || (value !== 'routing' && value !== 'held'), {
    path: ['context', 'routed'],
    error: 'does not fit the state',
  })
  .refine(({ value, context }) => typeof value === 'string' || context.toolId !== null, {
    path: ['context', 'toolId'],
    error: 'does not fit the state',
  })
  .refine(({ value, context }) => !isChecking(value) || (context.checkRun > 0 && context.check < context.checks.length), {
    path: ['context', 'check'],
    error: 'does not fit the state',
  });

function isChecking(value: string | Readonly<Record<string, string>>): boolean {
  if (typeof value === 'string') return false;
  return value['attempting'] === 'verifying' || value['attempting'] === 'stoppingCheck';
}
