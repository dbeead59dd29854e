import * as z from 'zod';
import { budgetSchema } from './router-config.ts';
import { addKeyRules, stepSchema } from './workflow-step.ts';
import {
  countSchema,
  durationSchema,
  environmentSchema,
  logLimitSchema,
  namePattern,
  scalarSchema,
  textSchema,
  valueTypeSchema,
} from './workflow-values.ts';

/** A step id: also the name of a folder, so it is kept to letters, digits, `_` and `-`. */
export const stepIdPattern = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

const param = z.strictObject(
  {
    type: valueTypeSchema,
    description: textSchema.optional(),
    default: scalarSchema.optional(),
    pattern: textSchema
      .max(1_000, 'a pattern has at most 1000 characters')
      .optional()
      .describe('A regular expression that a value must match'),
    enum: z
      .array(scalarSchema, 'expected a list of values')
      .min(1, 'expected at least one value')
      .max(1_000, 'expected at most 1000 values')
      .optional(),
    minimum: z.number('expected a number').optional(),
    maximum: z.number('expected a number').optional(),
  },
  'expected a mapping such as { type: string, default: "1.0" }',
);

/** A workflow file's structure, before names and expressions are looked at. Unknown keys are errors at every level. */
export const workflowSchema = z
  .strictObject(
    {
      name: z
        .string('expected a text')
        .min(1, 'expected a name')
        .max(200, 'a name has at most 200 characters')
        .regex(/^[^\p{Cc}]*$/u, 'a name has no control characters'),
      description: textSchema.optional(),
      params: z
        .record(
          z.string().regex(namePattern, 'the name of a parameter is letters, digits, _ and -, starting with a letter'),
          param,
          'expected a mapping of names to parameters',
        )
        .optional(),
      env: environmentSchema.optional(),
      working_directory: textSchema.min(1, 'expected a folder').optional(),
      max_parallel: countSchema(1, 1_000).optional().describe('How many steps may run at the same time'),
      timeout: durationSchema.optional().describe('Bound of the whole run'),
      stop_grace: durationSchema
        .optional()
        .describe('How long a step that is told to stop has before it is killed; at most 10 minutes; default 5s'),
      log_limit: logLimitSchema.optional(),
      budget: budgetSchema.optional().describe('What the calls of tools may cost; a breach pauses the run'),
      on_failure: z.enum(['fail_fast', 'continue', 'escalate'], 'expected fail_fast, continue or escalate').optional(),
      steps: z
        .record(
          z
            .string()
            .regex(
              stepIdPattern,
              'a step id is letters, digits, _ and -, starts with a letter or _, and has at most 100 characters',
            ),
          stepSchema,
          'expected a mapping of step ids to steps',
        )
        .refine((steps) => Object.keys(steps).length > 0, 'expected at least one step'),
    },
    'expected a mapping with name and steps',
  )
  .describe('A workflow: steps with dependencies');

/** What {@link workflowSchema} accepts. */
export type WorkflowDocument = z.infer<typeof workflowSchema>;
/** One entry of `steps`. */
export type StepDocument = WorkflowDocument['steps'][string];
/** One entry of `params`. */
export type ParamDocument = NonNullable<WorkflowDocument['params']>[string];
/** An `env:` mapping. */
export type EnvironmentDocument = NonNullable<WorkflowDocument['env']>;

/** The JSON Schema (draft 2020-12) of a workflow file, as zod makes it and with the rules of keys that go together. A fresh object on each call. */
export function workflowJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(workflowSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => addKeyRules(zodSchema, jsonSchema),
  }) as Record<string, unknown>;
}
