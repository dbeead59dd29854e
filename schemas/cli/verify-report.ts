import * as z from 'zod';

/** One step of a counterexample: an event, what the guards that it asks say, and where the machine comes to rest. */
export const pathStepSchema = z.strictObject({
  event: z.string().describe('The event as XState names it; empty for the start of the machine'),
  guards: z
    .array(
      z.strictObject({
        guard: z.string().describe('inline for a function without a name'),
        at: z.string().describe('The transition that it stands at'),
        said: z.boolean(),
      }),
    )
    .describe('The guards that are asked, in order'),
  to: z.array(z.string()).describe('The innermost active states after it; none where it never comes to rest'),
});

/** What verify may find. */
const findingCodeSchema = z.enum([
  'unreachable_state',
  'never_taken',
  'shadowed',
  'dead_end',
  'no_return',
  'deadlock',
  'final_leaves',
  'always_cycle',
  'possible_cycle',
  'no_error_transition',
  'guard_never_true',
  'guard_never_false',
  'bounds_met',
]);

/** One finding, with the shortest way to where it shows. */
export const findingSchema = z.strictObject({
  code: findingCodeSchema,
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  states: z.array(z.string()),
  transitions: z.array(z.string()),
  path: z.array(pathStepSchema).nullable().describe('Null where there is no way to show'),
});

/** What becomes of one event in one state. */
export const statePairSchema = z.strictObject({
  state: z.string().describe('An innermost state; what the states around it take counts as its own'),
  event: z.string(),
  outcome: z
    .enum(['taken', 'refused', 'cannot_come'])
    .describe('cannot_come: the actor or the delay that sends it lives in other states'),
  may_be_refused: z.boolean().describe('Whether there are answers of guards with which it is refused'),
  ways: z.array(
    z.strictObject({
      transition: z.string(),
      guards: z.array(z.strictObject({ guard: z.string(), at: z.string(), said: z.boolean() })),
    }),
  ),
});

/** `stateyard verify --json` gives one of these for each machine. */
export const verifyReportSchema = z.strictObject({
  machine: z.string(),
  version: z.string().nullable(),
  verdict: z
    .enum(['passed', 'failed', 'unproven'])
    .describe('unproven: nothing wrong was found, but a bound was met before all was seen'),
  goal: z
    .enum(['end', 'return'])
    .describe('end: an end must be reachable from everywhere; return: there is none, so the start must be'),
  bounds_met: z.array(z.string()),
  states: z.strictObject({ total: z.int().min(0), reached: z.int().min(0) }),
  transitions: z.strictObject({ total: z.int().min(0), taken: z.int().min(0) }),
  configurations: z.int().min(0),
  pairs: z.array(statePairSchema),
  guards: z
    .strictObject({ total: z.int().min(0), said_true: z.int().min(0), said_false: z.int().min(0), snapshots: z.int().min(0) })
    .nullable()
    .describe('What guards said with the inputs and events that the module gives; null where it gives none'),
  findings: z.array(findingSchema),
});

/** See {@link pathStepSchema}. */
export type PathStep = z.infer<typeof pathStepSchema>;
/** See {@link findingSchema}. */
export type Finding = z.infer<typeof findingSchema>;
/** See {@link statePairSchema}. */
export type StatePair = z.infer<typeof statePairSchema>;
/** See {@link verifyReportSchema}. */
export type VerifyReport = z.infer<typeof verifyReportSchema>;
