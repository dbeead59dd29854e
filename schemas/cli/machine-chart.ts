import * as z from 'zod';

const names = z.array(z.string());

/** One state of a chart. */
export const chartStateSchema = z.strictObject({
  path: z.string().describe('From the root, such as run.running.active'),
  kind: z.enum(['atomic', 'compound', 'parallel', 'final', 'history']),
  initial: z.string().nullable().describe('The path of its initial child; of a history state that of the state it stands for'),
  history: z.enum(['shallow', 'deep']).nullable().describe('Null for every state that is no history'),
  entry: names.describe('Actions'),
  exit: names.describe('Actions'),
  invokes: z.array(z.strictObject({ id: z.string(), src: z.string() })).describe('Actors that live as long as it is active'),
  tags: names,
  description: z.string().nullable(),
});

/** One transition of a chart, as it is written. */
export const chartTransitionSchema = z.strictObject({
  source: z.string().describe('The path of the state that has it'),
  kind: z.enum(['event', 'always', 'after', 'done', 'invokeDone', 'invokeError', 'invokeSnapshot', 'wildcard']),
  event: z.string().describe('As XState names it; empty for always'),
  index: z.int().min(0).describe('Its place among those of the same source and event: the first whose guard holds is taken'),
  delay: z.string().nullable().describe('Milliseconds or the name of a delay; null for every kind but after'),
  guard: z.string().nullable().describe('inline for a function without a name; null: none'),
  targets: names.describe('Paths; none: the state is not left'),
  reenter: z.boolean(),
  actions: names,
  description: z.string().nullable(),
});

/** `stateyard machines NAME --json`: one chart, and the format that was asked for. */
export const machineChartSchema = z.strictObject({
  machine: z.string().describe('The id that the machine gives itself'),
  version: z.string().nullable(),
  description: z.string().nullable(),
  states: z.array(chartStateSchema).describe('The root first, each before its children'),
  transitions: z.array(chartTransitionSchema).describe('In the order of their states'),
  format: z.string().nullable().describe('That of --format; null: none was asked for'),
  text: z.string().nullable().describe('The chart in that format; null where it went into a file, or none was asked for'),
  out: z.string().nullable().describe('The file of --out, as it was given'),
});

/** See {@link machineChartSchema}. */
export type MachineChart = z.infer<typeof machineChartSchema>;
