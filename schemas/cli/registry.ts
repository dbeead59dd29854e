import type * as z from 'zod';
import { documentEntry } from '../document-entry.ts';
import type { DocumentEntry } from '../document-entry.ts';

/** What the verbs print with `--json`. */
export const outputDocuments: readonly DocumentEntry[] = [
  entry('run_list', 'the runs that `ls` lists', async () => (await import('./run-list.ts')).runListSchema),
  entry('run_details', 'all about one run, as `show` tells it', async () => (await import('./run-details.ts')).runDetailsSchema),
  entry(
    'log_line',
    'one line of the output of a step, as `logs` prints it',
    async () => (await import('./log-line.ts')).logLineSchema,
  ),
  entry(
    'command_answer',
    'the answer to `cancel`, `pause`, `unpause` and `quarantine`',
    async () => (await import('./command-answer.ts')).commandAnswerSchema,
  ),
  entry('validate_report', 'what `validate` found', async () => (await import('./validate-report.ts')).validateReportSchema),
  entry(
    'plan_report',
    'the plan of a workflow, from `plan` and `run --dry-run`',
    async () => (await import('./plan-report.ts')).planReportSchema,
  ),
  entry(
    'simulate_report',
    'what a simulated run of a workflow came to, from `simulate`',
    async () => (await import('./simulate-report.ts')).simulateReportSchema,
  ),
  entry(
    'explain_report',
    'why a run or a step is in its state, from `explain`',
    async () => (await import('./explain-report.ts')).explainReportSchema,
  ),
  entry(
    'inspect_report',
    'one inspection event of a run, as `inspect` replays it',
    async () => (await import('./inspect-report.ts')).inspectReportSchema,
  ),
  entry(
    'route_report',
    'which tool a task would be given to, from `route`',
    async () => (await import('./route-report.ts')).routeReportSchema,
  ),
  entry(
    'tool_list',
    'the tools of a router configuration, from `tools`',
    async () => (await import('./tool-list.ts')).toolListSchema,
  ),
  entry('stats_report', 'figures over all runs, from `stats`', async () => (await import('./stats-report.ts')).statsReportSchema),
  entry(
    'machine_list',
    'the state charts that `machines` lists',
    async () => (await import('./machine-list.ts')).machineListSchema,
  ),
  entry(
    'machine_chart',
    'one state chart, from `machines NAME`',
    async () => (await import('./machine-chart.ts')).machineChartSchema,
  ),
  entry(
    'verify_report',
    'what `verify` found out about one machine',
    async () => (await import('./verify-report.ts')).verifyReportSchema,
  ),
  entry(
    'generated_tests',
    'the test file that `generate-tests` wrote or checked',
    async () => (await import('./generated-tests.ts')).generatedTestsSchema,
  ),
  entry(
    'coverage_report',
    'which transitions were taken, from `coverage`',
    async () => (await import('./coverage-report.ts')).coverageReportSchema,
  ),
  entry('schema_list', 'the documents that `schema` lists', async () => (await import('./schema-list.ts')).schemaListSchema),
  entry('gc_report', 'what `gc` removed', async () => (await import('./gc-report.ts')).gcReportSchema),
  entry('doctor_report', 'what `doctor` found', async () => (await import('./doctor-report.ts')).doctorReportSchema),
  entry(
    'completion_script',
    'a completion script, from `completion`',
    async () => (await import('./completion-script.ts')).completionScriptSchema,
  ),
  entry('error_report', 'what went wrong, from every verb', async () => (await import('./error-report.ts')).errorReportSchema),
];

function entry(name: string, summary: string, schema: () => Promise<z.ZodType>): DocumentEntry {
  return documentEntry(name, summary, { schema });
}
