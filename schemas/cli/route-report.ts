import * as z from 'zod';
import { writtenExecutionRequestSchema } from '../execution-request.ts';
import { toolIdSchema } from '../ids.ts';
import { cutReasonSchema, routeDecisionSchema } from '../route-decision.ts';
import { usedRouterSchema } from './tool-list.ts';

/** Everything of an execution request that is known before its run. */
export const requestDraftSchema = writtenExecutionRequestSchema.omit({
  request_id: true,
  project_id: true,
  origin: true,
  prompt_spec: true,
});

/** One candidate of a decision. */
export const shownCandidateSchema = z.strictObject({
  tool_id: toolIdSchema,
  picked: z.boolean(),
  why: cutReasonSchema.nullable().describe('Why it was cut; null: it was not'),
  detail: z.string().nullable().describe('The same in words'),
  timeout_seconds: z.int().min(1).nullable().describe('Of one attempt with it'),
});

/** `stateyard route --json`. */
export const routeReportSchema = z.strictObject({
  workflow: z.string().nullable().describe('null for work that the flags describe'),
  step_id: z.string().nullable(),
  router: usedRouterSchema,
  phase: z.string().nullable().describe('The id of the phase of --phase'),
  request: requestDraftSchema,
  rule: z.strictObject({ id: z.string(), description: z.string().nullable() }).nullable().describe('null: no rule matches'),
  verdict: z
    .enum(['tool', 'waits', 'none'])
    .describe(
      'A tool would be picked; the task would wait for one that is busy; or none can be used now, and the task would fail',
    ),
  tool_id: toolIdSchema.nullable(),
  because: z.string(),
  candidates: z.array(shownCandidateSchema).describe('In the order of rule and configuration'),
  validators: z.array(toolIdSchema).describe('The tools that check the result afterwards'),
  validators_required: z.boolean(),
  checks: z
    .array(z.strictObject({ id: z.string(), required: z.boolean(), what: z.string() }))
    .describe('All checks of the result, in order, those of the validators among them'),
  max_attempts: z.int().min(1).describe('With one tool'),
  decision: routeDecisionSchema.describe('As it would be recorded'),
});

/** See {@link routeReportSchema}. */
export type RouteReport = z.infer<typeof routeReportSchema>;
