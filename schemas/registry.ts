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
  entry(
    'router_config',
    'a router configuration: the file router_config.json',
    async () => (await import('./router-config.ts')).routerConfigSchema,
  ),
  entry('phase_spec', 'what work of one kind may do', async () => (await import('./phase-spec.ts')).phaseSpecSchema),
  entry(
    'workstream_spec',
    'a sequence of tasks inside a phase',
    async () => (await import('./workstream-spec.ts')).workstreamSpecSchema,
  ),
  entry('task_spec', 'one task', async () => (await import('./task-spec.ts')).taskSpecSchema),
  entry(
    'execution_request',
    'the unit of work that is routed to a tool',
    async () => (await import('./execution-request.ts')).executionRequestSchema,
  ),
  entry(
    'prompt_instance',
    'a rendered prompt, ready for a tool',
    async () => (await import('./prompt-instance.ts')).promptInstanceSchema,
  ),
  entry(
    'route_decision',
    'one decision of the router, with all that it was made from',
    async () => (await import('./route-decision.ts')).routeDecisionSchema,
  ),
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
  entry(
    'explain_report',
    'why a run or a step is in its state, from `explain`',
    async () => (await import('./cli/explain-report.ts')).explainReportSchema,
  ),
  entry(
    'route_report',
    'which tool a task would be given to, from `route`',
    async () => (await import('./cli/route-report.ts')).routeReportSchema,
  ),
  entry(
    'tool_list',
    'the tools of a router configuration, from `tools`',
    async () => (await import('./cli/tool-list.ts')).toolListSchema,
  ),
  entry(
    'stats_report',
    'figures over all runs, from `stats`',
    async () => (await import('./cli/stats-report.ts')).statsReportSchema,
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
