import * as z from 'zod';
import { toolIdSchema } from '../ids.ts';
import { runStateSchema } from '../run-record.ts';
import { measuredCallsSchema, shownBreakerSchema } from './tool-list.ts';

const count = z.int().min(0);
const milliseconds = z.number().min(0);
const share = z.number().min(0).max(1).nullable();

/** How long runs took, from their start to their end. */
export const durationsSchema = z.strictObject({
  min_ms: milliseconds,
  mean_ms: milliseconds,
  p50_ms: milliseconds.describe('Half of them took no longer'),
  p95_ms: milliseconds.describe('95 of 100 took no longer'),
  max_ms: milliseconds,
});

/** The runs of one workflow. */
export const workflowFiguresSchema = z.strictObject({
  workflow: z.string(),
  runs: count,
  ended: count,
  succeeded: count,
  success_rate: share.describe('Of the ended ones; null before the first'),
  durations: durationsSchema.nullable().describe('Of the runs that have started and ended; null without any'),
});

/** `stateyard stats --json`. */
export const statsReportSchema = z.strictObject({
  store: z.string().describe('Path of the store folder'),
  runs: z.strictObject({
    total: count,
    by_state: z.record(runStateSchema, count).describe('As the index has them; every state is there'),
    unattended: count.describe('Of the pending and running ones those that no live process has: interrupted, paused or waiting'),
    unknown: count.describe('Runs that have a folder and are not in the index, beside the total: a crash came first'),
    ended: count,
    success_rate: share.describe('Of the ended ones; null before the first'),
  }),
  workflows: z.array(workflowFiguresSchema).describe('By name'),
  tools: z.array(z.strictObject({ tool_id: toolIdSchema, breaker: shownBreakerSchema, figures: measuredCallsSchema })),
  open_breakers: z.array(toolIdSchema).describe('Tools whose breaker is open or half open'),
  cost_usd: z.number().min(0).describe('What all calls of all tools reported to have cost, in US dollars'),
});

/** See {@link durationsSchema}. */
export type Durations = z.infer<typeof durationsSchema>;
/** See {@link workflowFiguresSchema}. */
export type WorkflowFigures = z.infer<typeof workflowFiguresSchema>;
/** See {@link statsReportSchema}. */
export type StatsReport = z.infer<typeof statsReportSchema>;
