import type * as z from 'zod';

/** A document that has a JSON Schema. Nothing is loaded before `load` is called. */
export interface DocumentEntry {
  readonly name: string;
  readonly summary: string;
  /** The JSON Schema, draft 2020-12, without `$id`. */
  readonly load: () => Promise<Record<string, unknown>>;
}

/** All documents, first those that are stored or read, then the outputs of the command line. */
export const documents: readonly DocumentEntry[] = [
  {
    name: 'workflow',
    summary: 'a workflow file',
    load: async () => (await import('./workflow.ts')).workflowJsonSchema(),
  },
  entry('run_record', 'one execution of a workflow', async () => (await import('./run-record.ts')).runRecordSchema),
  entry('step_attempt', 'one call of one tool inside a run', async () => (await import('./step-attempt.ts')).stepAttemptSchema),
  entry('run_event', 'one entry of the audit trail of a run', async () => (await import('./run-event.ts')).runEventSchema),
  entry('outcome', 'what came of one attempt', async () => (await import('./outcome.ts')).outcomeSchema),
  entry('run_list', 'the runs that `ls` lists', async () => (await import('./cli/run-list.ts')).runListSchema),
  entry(
    'run_details',
    'all about one run, as `show` tells it',
    async () => (await import('./cli/run-details.ts')).runDetailsSchema,
  ),
  entry(
    'log_line',
    'one line of the output of a step, as `logs` prints it',
    async () => (await import('./cli/log-line.ts')).logLineSchema,
  ),
  entry(
    'command_answer',
    'the answer to `cancel`, `pause`, `unpause` and `quarantine`',
    async () => (await import('./cli/command-answer.ts')).commandAnswerSchema,
  ),
  entry('validate_report', 'what `validate` found', async () => (await import('./cli/validate-report.ts')).validateReportSchema),
  entry(
    'plan_report',
    'the plan of a workflow, from `plan` and `run --dry-run`',
    async () => (await import('./cli/plan-report.ts')).planReportSchema,
  ),
  entry('schema_list', 'the documents that `schema` lists', async () => (await import('./cli/schema-list.ts')).schemaListSchema),
  entry('gc_report', 'what `gc` removed', async () => (await import('./cli/gc-report.ts')).gcReportSchema),
  entry('doctor_report', 'what `doctor` found', async () => (await import('./cli/doctor-report.ts')).doctorReportSchema),
  entry(
    'completion_script',
    'a completion script, from `completion`',
    async () => (await import('./cli/completion-script.ts')).completionScriptSchema,
  ),
  entry(
    'error_report',
    'what went wrong, from every verb',
    async () => (await import('./cli/error-report.ts')).errorReportSchema,
  ),
];

function entry(name: string, summary: string, schema: () => Promise<z.ZodType>): DocumentEntry {
  return {
    name,
    summary,
    async load() {
      const [{ toJSONSchema }, loaded] = await Promise.all([import('zod'), schema()]);
      return { title: `stateyard ${name}`, description: summary, ...toJSONSchema(loaded, { target: 'draft-2020-12' }) };
    },
  };
}
