import * as z from 'zod';

const count = z.int().min(0);

/** What a test leaves for `stateyard coverage`: one JSON file for each test file and machine. */
export const coverageRecordSchema = z.strictObject({
  machine: z.string().describe('Id of the machine'),
  taken: z
    .record(z.string(), count)
    .describe('How often each transition was taken, by its key: source, event and place, such as `door.closed OPEN 0`'),
});

const transitionSchema = z.strictObject({
  key: z.string().describe('Source, event and place, as records have it'),
  source: z.string().describe('Path of the state that has it'),
  event: z.string().describe('As XState names it; empty for always'),
  guard: z.string().nullable(),
  targets: z.array(z.string()).describe('Paths; none: it stays where it is'),
  reachable: z.boolean().describe('Whether there are answers of the guards with which it is taken'),
  untold: z.boolean().describe('Whether only runs were asked, and none of their events tells of it: it may have been taken'),
  by_tests: count.nullable().describe('How often tests took it; null where they were not asked'),
  by_runs: count.nullable().describe('How often runs took it; null where they were not asked, or cannot tell'),
});

/** The coverage of one machine. */
export const machineCoverageSchema = z.strictObject({
  machine: z.string().describe('Id of the machine'),
  version: z.string().nullable(),
  file: z.string().nullable().describe('As it was named; null for one of ours'),
  total: count.describe('Transitions as they are written'),
  reachable: count.describe('Of these the ones that count: each that can be taken, and that could be told of'),
  taken: count.describe('Of the reachable ones'),
  percent: z.number().min(0).max(100).describe('Taken of reachable, rounded down to one place; 100 where nothing can be taken'),
  passed: z.boolean().describe('Whether it is not below the minimum'),
  bound_met: z.boolean().describe('Whether the chart is too large to be explored whole: then all transitions count as reachable'),
  transitions: z.array(transitionSchema),
  unknown: z.array(z.string()).describe('Keys of records that the machine does not have: it was another when they were made'),
});

/** `stateyard coverage --json`. */
export const coverageReportSchema = z.strictObject({
  from: z.enum(['tests', 'history', 'all']),
  min: z.int().min(0).max(100).nullable(),
  passed: z.boolean().describe('Whether no machine is below the minimum'),
  tests: z
    .strictObject({ folder: z.string(), records: count, other_machines: z.array(z.string()) })
    .nullable()
    .describe('The records that were read, and the machines that some are of which were not asked about; null: not asked'),
  history: z
    .strictObject({
      store: z.string(),
      runs: count,
      events: count,
      unread: z.array(z.strictObject({ run_id: z.string(), message: z.string() })).describe('Runs whose store cannot be read'),
    })
    .nullable()
    .describe('The runs that were read; null: not asked'),
  machines: z.array(machineCoverageSchema),
});

/** See {@link coverageRecordSchema}. */
export type CoverageRecord = z.infer<typeof coverageRecordSchema>;
/** See {@link machineCoverageSchema}. */
export type MachineCoverage = z.infer<typeof machineCoverageSchema>;
/** See {@link coverageReportSchema}. */
export type CoverageReport = z.infer<typeof coverageReportSchema>;
