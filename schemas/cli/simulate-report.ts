import * as z from 'zod';

const timeMs = z.int().min(0);
const count = z.int().min(0);

/** One line of the schedule of a simulated run. */
export const simulatedLineSchema = z.strictObject({
  at_ms: timeMs.describe('Virtual time from the start of the run'),
  step_id: z.string().nullable().describe('null: it concerns the run as a whole'),
  attempt: z.int().min(1).nullable(),
  text: z.string().describe('What happened, in the words of `run`'),
});

/** `stateyard simulate --json`. Times are virtual. */
export const simulateReportSchema = z.strictObject({
  workflow: z.string(),
  path: z.string(),
  sha256: z.string(),
  seed: z.int().min(0),
  max_parallel: z.int().min(1),
  verdict: z
    .enum(['good', 'run_not_succeeded', 'crash_changes_end'])
    .describe('good: the run succeeded, and so it did after every crash that was tried'),
  state: z
    .enum(['succeeded', 'failed', 'canceled', 'quarantined', 'paused'])
    .describe('paused: a failure waits for a person (on_failure: escalate), or the budget of the run is used up'),
  state_reason: z.string().nullable(),
  ended_ms: timeMs,
  schedule: z.array(simulatedLineSchema),
  totals: z.strictObject({
    steps: count,
    succeeded: count,
    failed: count,
    canceled: count,
    skipped: count,
    attempts: count,
    records: count.describe('How often the run was persisted, each time with all that one turn of the charts had changed'),
    work_ms: timeMs.describe('The time of all steps added up'),
  }),
  critical_path: z
    .array(z.strictObject({ step_id: z.string(), started_ms: timeMs, ended_ms: timeMs }))
    .describe('From the step that ended last back to a beginning: of what each step had to wait for, that which ended last'),
  crashes: z
    .strictObject({
      tried: count.describe('How many crashes were tried, each from a copy of the run as it was in that moment'),
      as_written: count.describe(
        'Those whose other end is as the workflow has it: by on_interrupted: fail, or because the call that was cut short used up a budget',
      ),
      problems: z
        .array(
          z.strictObject({
            record: z.int().min(1).describe('The number of the last record on disk when the engine crashed'),
            moment: z
              .enum(['recorded', 'under_way'])
              .describe('recorded: nothing that follows from that record had begun; under_way: all of it had'),
            at_ms: timeMs,
            after: z.string().nullable().describe('The last event on disk; null where the run could not be carried on'),
            differences: z.array(z.string()).min(1),
          }),
        )
        .describe('The first few crashes after which the run did not come to the same end'),
    })
    .nullable()
    .describe('null: without --crash-everywhere'),
});

/** See {@link simulatedLineSchema}. */
export type SimulatedLine = z.infer<typeof simulatedLineSchema>;
/** See {@link simulateReportSchema}. */
export type SimulateReport = z.infer<typeof simulateReportSchema>;
