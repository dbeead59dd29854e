import * as z from 'zod';

const common = {
  rootId: z.string().describe('The session of the run: its id'),
  sessionId: z.string().describe('RUN for the run, RUN/step.STEP for a step'),
  createdAt: z.string().describe('When it was recorded, in milliseconds since 1970, as a text'),
  id: z.string().describe('Unique within the run'),
  _version: z.string().describe('The version of @statelyai/inspect whose protocol this is'),
};

const stateSnapshotSchema = z.strictObject({
  status: z.enum(['active', 'done', 'error']),
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.record(z.string(), z.unknown()).optional().describe('As far as the store tells it; absent where it does not'),
  output: z.record(z.string(), z.unknown()).optional(),
});

const eventSchema = z
  .record(z.string(), z.unknown())
  .refine((event) => typeof event['type'] === 'string')
  .describe('An event of a machine: its type, a text, and what it carries') as unknown as z.ZodType<{
  readonly type: string;
  readonly [field: string]: unknown;
}>;

/**
 * One inspection event of a run, as `stateyard inspect` replays it: an actor that comes to be, an event that it gets, the snapshot after it. The fields are those of the
 * protocol of the Stately inspector (package @statelyai/inspect, 0.7.2, `StatelyInspectionEvent`).
 */
export const inspectReportSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('@xstate.actor'),
    ...common,
    name: z.string(),
    parentId: z.string().optional(),
    definition: z.string().describe('The chart as JSON text that createMachine of XState 5 takes'),
    snapshot: stateSnapshotSchema,
  }),
  z.strictObject({
    type: z.literal('@xstate.event'),
    ...common,
    sourceId: z.string().optional().describe('The session that sent it; absent where that is no actor of the run'),
    event: eventSchema,
  }),
  z.strictObject({ type: z.literal('@xstate.snapshot'), ...common, event: eventSchema, snapshot: stateSnapshotSchema }),
]);

/** See {@link inspectReportSchema}. */
export type InspectReport = z.infer<typeof inspectReportSchema>;
/** The state of an actor, as far as it is known. `value` is that of XState. */
export type InspectedState = z.infer<typeof stateSnapshotSchema>;
