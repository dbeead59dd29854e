import * as z from 'zod';
import { toolIdSchema } from './ids.ts';

const count = z.int().min(0);
const positive = z.int().min(1);
const milliseconds = z.number();

/** The stored snapshot of a tool's circuit breaker (XState's persisted form), as far as it is relied on. */
export const breakerSnapshotSchema = z
  .object({
    status: z.literal('active'),
    value: z.enum(['closed', 'open', 'half_open']),
    context: z.strictObject({
      toolId: toolIdSchema,
      failureThreshold: positive,
      recoveryTimeoutMs: positive,
      halfOpenMaxCalls: positive,
      failures: count,
      reopensAtMs: milliseconds.nullable(),
      probes: z.array(z.strictObject({ key: z.string(), expiresAtMs: milliseconds })),
    }),
  })
  .refine(({ value, context }) => (value === 'open') === (context.reopensAtMs !== null), {
    path: ['context', 'reopensAtMs'],
    error: 'does not fit the state',
  })
  .refine(({ value, context }) => value === 'half_open' || context.probes.length === 0, {
    path: ['context', 'probes'],
    error: 'does not fit the state',
  });
