import * as z from 'zod';
import { timeSchema, toolIdSchema } from '../ids.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();
const milliseconds = z.number().min(0).nullable();

/** What was measured of a tool's calls. A call that was stopped says nothing about its tool: it succeeded as little as it failed. */
export const measuredCallsSchema = z.strictObject({
  calls: count.describe('Calls that ended, in all'),
  succeeded: count,
  failed: count,
  success_rate: share.describe('Of those that succeeded or failed; null before the first'),
  recent_calls: count.describe('The newest calls that succeeded or failed, at most 100: what auto goes by'),
  recent_success_rate: share,
  mean_ms: milliseconds.describe('Of the recent calls'),
  p95_ms: milliseconds.describe('Of the recent calls: 95 of 100 took no longer'),
  cost_usd: z.number().min(0).describe('What all calls together reported to have cost, in US dollars'),
});

/** Where the breaker of a tool stands. */
export const shownBreakerSchema = z.strictObject({
  state: z.enum(['closed', 'open', 'half_open']),
  failures: count.describe('Failures in a row'),
  reopens_at: timeSchema.nullable().describe('When an open one lets a probe through'),
});

/** One tool of a router configuration. */
export const listedToolSchema = z.strictObject({
  tool_id: toolIdSchema,
  kind: z.enum(['tool', 'validator', 'analyzer']),
  command: z.array(z.string()).describe('The program and its arguments, placeholders as they are written'),
  program: z.string().nullable().describe('Where the program was found; null: it cannot be started here'),
  problem: z.string().nullable().describe('Why it cannot be started'),
  task_kinds: z.array(z.string()).nullable().describe('null: it does not say'),
  domains: z.array(z.string()).nullable().describe('null: it does not say'),
  max_parallel: z.int().min(1).nullable().describe('Calls at a time, over all runs of the store'),
  busy: count.describe('Calls that are under way; 0 for a tool without max_parallel, whose calls are not counted'),
  timeout_seconds: z.int().min(1).nullable(),
  safety_tier: z.enum(['low', 'medium', 'high']).nullable(),
  breaker: z.strictObject({
    ...shownBreakerSchema.shape,
    failure_threshold: z.int().min(1),
    recovery_timeout_ms: z.int().min(1),
    half_open_max_calls: z.int().min(1),
  }),
  figures: measuredCallsSchema,
});

/** Which router configuration was used. */
export const usedRouterSchema = z.strictObject({
  path: z.string(),
  origin: z
    .enum(['option', 'workflow', 'store', 'shipped'])
    .describe('Named by --router, beside the workflow file, beside the store, or the one that ships with stateyard'),
});

/** `stateyard tools --json`, in the order of the configuration. */
export const toolListSchema = z.strictObject({
  router: usedRouterSchema,
  store: z.string().describe('Path of the store folder'),
  tools: z.array(listedToolSchema),
});

/** See {@link measuredCallsSchema}. */
export type MeasuredCalls = z.infer<typeof measuredCallsSchema>;
/** See {@link shownBreakerSchema}. */
export type ShownBreaker = z.infer<typeof shownBreakerSchema>;
/** See {@link listedToolSchema}. */
export type ListedTool = z.infer<typeof listedToolSchema>;
/** See {@link toolListSchema}. */
export type ToolList = z.infer<typeof toolListSchema>;
