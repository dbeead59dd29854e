import * as z from 'zod';
import { toolIdSchema } from './ids.ts';
import { strategySchema } from './work.ts';

const count = z.int().min(0);

/** What is known of a tool's calls: how many ended, how many of them well, and how long they took on average. */
export const toolFiguresSchema = z.strictObject({
  calls: count,
  succeeded: count,
  mean_ms: z.number().min(0),
});

/** Why a tool was not a candidate any more. */
export const cutReasonSchema = z.enum([
  'not_allowed_by_request',
  'not_allowed_by_phase',
  'disallowed_by_phase',
  'no_capability',
  'not_installed',
  'breaker_open',
  'at_max_parallel',
  'attempts_spent',
]);

/**
 * One decision of the router, with all that it was made from: together with the configuration and the execution request it can be
 * computed again. `tool_id` is null where no candidate was left, or where all that were left are busy (`waits`).
 */
export const routeDecisionSchema = z.strictObject({
  tool_id: toolIdSchema.nullable(),
  rule: z.string().nullable().describe('The id of the rule that matched; null: none did, so every capable tool is a candidate'),
  strategy: strategySchema,
  candidates: z.array(toolIdSchema).describe('In the order in which they are tried, before any was cut'),
  cut: z.array(z.strictObject({ tool_id: toolIdSchema, why: cutReasonSchema, detail: z.string() })),
  because: z.string().describe('Why this tool, in words'),
  waits: z.boolean().describe('True when a tool is left but all that are left are at their max_parallel'),
  validators: z.array(toolIdSchema).describe('The tools that check the result afterwards'),
  validators_required: z.boolean(),
  current: toolIdSchema.nullable().describe('The tool of the attempt before, which is kept while it is not cut'),
  turn: z.int().min(0).nullable().describe('Whose turn it was, for round_robin'),
  seed: z.int().min(0).nullable().describe('The seed of the draw, for auto'),
  figures: z.record(toolIdSchema, toolFiguresSchema).describe('What auto knew of its candidates'),
});

/** See {@link routeDecisionSchema}. */
export type RouteDecision = z.infer<typeof routeDecisionSchema>;
/** See {@link cutReasonSchema}. */
export type CutReason = z.infer<typeof cutReasonSchema>;
/** See {@link toolFiguresSchema}. */
export type ToolFigures = z.infer<typeof toolFiguresSchema>;
