import * as z from 'zod';

const boundMs = z.int().min(0).nullable();

/** One step of a plan. Times are bounds, null where there is none. */
export const plannedStepSchema = z.strictObject({
  step_id: z.string(),
  level: z.int().min(1).describe('Steps of one level may run side by side'),
  needs: z.array(z.string()),
  after: z.array(z.string()).describe('Steps that must have ended before, however they ended'),
  tool: z
    .string()
    .describe('The shell of a script, the program of a command, person, or for a task its candidates in order, joined by "or"'),
  candidates: z
    .array(z.string())
    .describe('The tools that may be picked, in the order in which they are tried; one where the step names its tool itself'),
  checks: z.int().min(0).describe('How many checks of its result are made after each attempt that succeeds'),
  on_critical_path: z.boolean(),
  condition: z.string().nullable(),
  max_attempts: z.int().min(0).describe('With all candidates together; 0 for a question to a person'),
  attempt_timeout_ms: boundMs.describe('For a task the longest of its candidates'),
  worst_case_ms: boundMs.describe(
    'All attempts, with the checks of their results and the waits between them; the wait for an answer. What a task waits for a tool that other runs keep busy comes on top',
  ),
  worst_end_ms: boundMs.describe('From the start of the run, when slots never run out'),
});

/** `stateyard plan --json`, and `stateyard run --dry-run --json`. */
export const planReportSchema = z.strictObject({
  workflow: z.string(),
  path: z.string(),
  sha256: z.string(),
  max_parallel: z.int().min(1).nullable(),
  timeout_ms: boundMs,
  router: z.string().nullable().describe('The router configuration that picks the tools of tasks; null where nothing is routed'),
  phase: z.string().nullable().describe('The id of the phase of --phase'),
  steps_total: z.int().min(0),
  levels: z.array(z.array(z.string())),
  critical_path: z.array(z.string()),
  max_attempts: z.int().min(0).describe('Of all steps together'),
  worst_case_ms: boundMs.describe(
    'When the run has ended at the latest: by its timeout, or by those of its steps with the slots of max_parallel (one where it is not set)',
  ),
  steps: z.array(plannedStepSchema),
});

/** See {@link plannedStepSchema}. */
export type PlannedStep = z.infer<typeof plannedStepSchema>;
/** See {@link planReportSchema}. */
export type PlanReport = z.infer<typeof planReportSchema>;
