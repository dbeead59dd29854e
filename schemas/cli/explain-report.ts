import * as z from 'zod';
import { writtenExecutionRequestSchema } from '../execution-request.ts';
import { timeSchema, toolIdSchema, ulidSchema } from '../ids.ts';
import { promptInstanceSchema } from '../prompt-instance.ts';
import { routeDecisionSchema } from '../route-decision.ts';
import { writtenRunRecordSchema } from '../run-record.ts';
import { shownRunStateSchema } from './run-list.ts';

const count = z.int().min(0);
const milliseconds = z.int().min(0).nullable();
const usd = z.number().min(0);

/** An event that the chart of the run takes where it stands. */
export const acceptedEventSchema = z.strictObject({
  event: z.string().describe('An event of the chart, such as PAUSE'),
  step_id: z.string().nullable().describe('The step that it is about'),
  command: z.string().nullable().describe('The command that sends it; null: it comes from the run itself'),
  meaning: z.string(),
});

/** A file that the run was started with, compared with what is there now. */
export const comparedFileSchema = z.strictObject({
  path: z.string(),
  state: z.enum(['same', 'changed', 'missing', 'unreadable']),
  message: z.string(),
});

/** What a step waits for, or has waited for. */
export const explainedNeedSchema = z.strictObject({
  step_id: z.string(),
  kind: z.enum(['needs', 'after']).describe('It must have succeeded (where no condition says otherwise), or only have ended'),
  state: z.string(),
  met: z.boolean().nullable().describe('null: it has not ended yet'),
});

/** One attempt of a step, or one execution of a check of its result. */
export const explainedAttemptSchema = z.strictObject({
  attempt: z.int().min(1),
  check: z.string().nullable().describe('The check that was made; null for the attempt itself'),
  tool_id: z.string(),
  state: z.string(),
  words: z.string().describe('What came of it'),
  exit_code: z.int().nullable(),
  started_at: timeSchema,
  duration_ms: milliseconds.describe('null while it is running'),
  cost_usd: usd.nullable().describe('What the tool reported to have cost'),
});

/** One decision about the tool of a step. */
export const explainedDecisionSchema = z.strictObject({
  attempt: z.int().min(1),
  decided_at: timeSchema,
  request_id: ulidSchema,
  decision: routeDecisionSchema,
  words: z.string(),
  again: z
    .enum(['same', 'different', 'unknown'])
    .describe('Whether the same comes out when the decision is computed again from what is stored; unknown: it cannot be'),
  difference: z.string().nullable().describe('What comes out otherwise, or why it cannot be computed'),
});

/** How a tool was picked for a step. */
export const explainedRoutingSchema = z.strictObject({
  request: writtenExecutionRequestSchema.nullable().describe('null: none has been made yet'),
  rule: z.string().nullable().describe('The rule that matches; null: none does, or the configuration cannot be read any more'),
  candidates: z.array(toolIdSchema).describe('The tools that may ever be picked, in order'),
  max_attempts: z.int().min(1).nullable().describe('With one tool'),
  decisions: z.array(explainedDecisionSchema),
  prompts: z.array(promptInstanceSchema.omit({ meta: true })).describe('One for each tool that was asked'),
  problem: z.string().nullable().describe('Why configuration or phase, as they are stored, cannot be read any more'),
});

/** What one tool did for a step. */
export const toolShareSchema = z.strictObject({
  tool_id: z.string(),
  attempts: count,
  succeeded: count,
  failed: count,
  cost_usd: usd,
});

/** One step, explained. */
export const explainedStepSchema = z.strictObject({
  step_id: z.string(),
  action: z
    .enum(['run', 'command', 'function', 'task', 'approve'])
    .nullable()
    .describe('null: the definition cannot be read any more'),
  state: z.string(),
  why: z.array(z.string()).describe('Sentences, the most important first'),
  reason: z.record(z.string(), z.json()).nullable(),
  needs: z.array(explainedNeedSchema),
  condition: z
    .strictObject({ source: z.string(), replaces_needs: z.boolean() })
    .nullable()
    .describe('replaces_needs: it reads how needs ended, so that they need not have succeeded'),
  question: z.string().nullable(),
  answer_by: timeSchema.nullable(),
  attempts: z.array(explainedAttemptSchema).describe('With the checks of their results, in the order in which they started'),
  by_tool: z.array(toolShareSchema).describe('Without checks'),
  checks: z.array(z.strictObject({ id: z.string(), required: z.boolean(), what: z.string() })),
  cost_usd: usd.describe('Of all attempts and checks, in US dollars'),
  routing: explainedRoutingSchema.nullable().describe('null for a step that names its tool itself'),
});

/** `stateyard explain --json`. */
export const explainReportSchema = z.strictObject({
  run: writtenRunRecordSchema,
  shown_state: shownRunStateSchema,
  chart_state: z.string().describe('Where the chart of the run stands, such as running.paused'),
  workflow: z.string(),
  why: z.array(z.string()).describe('Sentences, the most important first'),
  accepts: z.array(acceptedEventSchema).describe('What the chart of the run takes now'),
  accepts_problem: z.string().nullable().describe('Why that cannot be said'),
  budget: z.array(
    z.strictObject({
      tool_id: toolIdSchema.nullable().describe('null: all tools together'),
      unit: z.enum(['calls', 'minutes', 'cost']),
      used: z.number(),
      allowed: z.number().describe('The limit, as often as it was granted'),
      limit: z.number(),
    }),
  ),
  router: comparedFileSchema.nullable().describe('The router configuration; null where nothing is routed'),
  phase: comparedFileSchema.nullable(),
  steps: z
    .array(z.strictObject({ step_id: z.string(), state: z.string(), why: z.string() }))
    .describe('The steps that have not succeeded; none where one step is explained'),
  step: explainedStepSchema.nullable().describe('null without STEP'),
  next: z.array(z.strictObject({ command: z.string(), text: z.string() })).describe('What can be done next'),
});

/** See {@link acceptedEventSchema}. */
export type AcceptedEvent = z.infer<typeof acceptedEventSchema>;
/** See {@link comparedFileSchema}. */
export type ComparedFile = z.infer<typeof comparedFileSchema>;
/** See {@link explainedNeedSchema}. */
export type ExplainedNeed = z.infer<typeof explainedNeedSchema>;
/** See {@link explainedAttemptSchema}. */
export type ExplainedAttempt = z.infer<typeof explainedAttemptSchema>;
/** See {@link explainedDecisionSchema}. */
export type ExplainedDecision = z.infer<typeof explainedDecisionSchema>;
/** See {@link explainedRoutingSchema}. */
export type ExplainedRouting = z.infer<typeof explainedRoutingSchema>;
/** See {@link toolShareSchema}. */
export type ToolShare = z.infer<typeof toolShareSchema>;
/** See {@link explainedStepSchema}. */
export type ExplainedStep = z.infer<typeof explainedStepSchema>;
/** See {@link explainReportSchema}. */
export type ExplainReport = z.infer<typeof explainReportSchema>;
