import * as z from 'zod';

const boundMs = z.int().min(0).nullable();

const stepIds = z.array(z.string());

/** What follows when a step fails and every other step that runs succeeds; steps in the order of the file. */
const consequencesSchema = z.strictObject({
  run: z
    .enum(['goes_on', 'pauses', 'stops'])
    .describe(
      'What becomes of the run: it goes on (and fails at its end, unless the step has continue_on_error), pauses for a person, or stops',
    ),
  skipped: stepIds.describe('Steps that would have run, and are skipped for certain'),
  canceled: stepIds.describe('Steps that would have run, and are canceled for certain before they start'),
  perhaps: stepIds.describe(
    'Steps that may not run to their end: of a run that stops those that have not ended by then; or it depends on values that are not known',
  ),
  runs_then: stepIds.describe('Steps behind it that run only because it failed'),
});

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
    'All attempts, with the checks of their results, the waits between them and the time that each has to stop (stop_grace); the wait for an answer. What a task waits for a tool that other runs keep busy comes on top',
  ),
  worst_end_ms: boundMs.describe('From the start of the run, when slots never run out'),
  if_it_fails: consequencesSchema
    .nullable()
    .describe('null: it does not run while nothing else has failed; or the workflow has more than 1,000 steps'),
});

/** What is certain of every run of a workflow, before any. */
const verdictSchema = z.strictObject({
  always_ends: z.boolean().describe('Whether every run ends, whatever happens, as long as a process carries it on'),
  ends_if: z
    .array(
      z.strictObject({
        kind: z
          .enum(['step_ends', 'person_answers', 'nothing_fails', 'budget_suffices'])
          .describe(
            'step_ends: the steps, which have no bound on their time, end by themselves; person_answers: a person answers their questions; nothing_fails: none of them fails, or a person lets the run go on; budget_suffices: the budget is enough for them, or a person grants it again',
          ),
        steps: stepIds,
      }),
    )
    .describe('All of this must happen so that the run ends; none where it always does'),
  never_runs: z
    .array(
      z.strictObject({
        step_id: z.string(),
        because: z
          .enum(['condition', 'join', 'behind'])
          .describe(
            'condition: its `if` is false whenever the step is reached; join: what it needs can never all succeed in one run; behind: something that it needs never succeeds',
          ),
        needs: stepIds.describe('The needs that are in the way; of a join two that exclude each other, where two alone do'),
      }),
    )
    .describe('Steps that no run executes, in the order of the plan. Only what is certain'),
  cases_left_out: z
    .boolean()
    .describe(
      'The workflow has more cases of values and outcomes than were looked at: what is said is certain, but more of it may be',
    ),
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
    'When the run has ended at the latest, without waits for a person who lets it go on: by its timeout with stop_grace and the steps that clean up, or by those of its steps with the slots of max_parallel (one where it is not set, or where the limits of tools may leave slots free)',
  ),
  steps: z.array(plannedStepSchema),
  verdict: verdictSchema,
});

/** See {@link consequencesSchema}. */
export type PlannedConsequences = z.infer<typeof consequencesSchema>;
/** See {@link verdictSchema}. */
export type PlanVerdict = z.infer<typeof verdictSchema>;
/** See {@link plannedStepSchema}. */
export type PlannedStep = z.infer<typeof plannedStepSchema>;
/** See {@link planReportSchema}. */
export type PlanReport = z.infer<typeof planReportSchema>;
