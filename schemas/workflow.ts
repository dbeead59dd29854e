import * as z from 'zod';

/** A step id: also the name of a folder, so it is kept to letters, digits, `_` and `-`. */
export const stepIdPattern = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;
const namePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;
const variablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;
const durationPattern = /^\d{1,12}(\.\d{1,6})?(ms|s|m|h|d)$/;
const sizePattern = /^\d{1,12}(\.\d{1,6})?(B|KB|MB|GB|KiB|MiB|GiB)$/;

const text = z.string('expected a text');
const flag = z.boolean('expected true or false');
const count = (minimum: number, maximum: number) => {
  const error = `expected a whole number from ${minimum} to ${maximum}`;
  return z.int(error).min(minimum, error).max(maximum, error);
};
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], 'expected a text, a number, true or false');
const word = z.union([z.string(), z.number(), z.boolean()], 'expected a text, a number, true or false');

const durationError = 'expected a duration such as 500ms, 90s, 5m or 1h';
const duration = z
  .union([z.string().regex(durationPattern, durationError), z.number().positive(durationError)], durationError)
  .describe('500ms, 10s, 5m, 2h, 1d, or a number of seconds; more than 0, at most 365 days');

const sizeError = 'expected a size such as 500KB, 10MB or 1GB';
const logLimit = z
  .union([z.string().regex(sizePattern, sizeError), z.number().positive(sizeError)], sizeError)
  .describe(
    '500KB, 10MB, 1GB (also KiB, MiB, GiB), or a number of bytes; from 1 byte to 1 TiB; an attempt whose log outgrows it is stopped and fails; default 1GiB',
  );

const environment = z
  .record(
    z.string().regex(variablePattern, 'the name of a variable is letters, digits and _, and does not start with a digit'),
    scalar,
    'expected a mapping of variables to values',
  )
  .describe('Variables of the environment; values may hold expressions');

const valueType = z.enum(['string', 'number', 'integer', 'boolean'], 'expected one of string, number, integer, boolean');

const param = z.strictObject(
  {
    type: valueType,
    description: text.optional(),
    default: scalar.optional(),
    pattern: text
      .max(1_000, 'a pattern has at most 1000 characters')
      .optional()
      .describe('A regular expression that a value must match'),
    enum: z
      .array(scalar, 'expected a list of values')
      .min(1, 'expected at least one value')
      .max(1_000, 'expected at most 1000 values')
      .optional(),
    minimum: z.number('expected a number').optional(),
    maximum: z.number('expected a number').optional(),
  },
  'expected a mapping such as { type: string, default: "1.0" }',
);

const retryPolicy = z.strictObject(
  {
    attempts: count(1, 1_000).optional().describe('All attempts, the first one included; default 1'),
    backoff: z.enum(['fixed', 'exponential'], 'expected fixed or exponential').optional(),
    delay: duration.optional().describe('Before the second attempt; default 1s'),
    max_delay: duration.optional().describe('Bound of a growing delay; default 5m'),
    jitter: flag.optional(),
    on_exit_codes: z
      .array(count(1, 255), 'expected a list of exit codes such as [1, 75]')
      .min(1, 'expected at least one exit code')
      .optional()
      .describe('Only these are tried again; without it every failure but a tool that could not start'),
  },
  'expected a number of attempts or a mapping such as { attempts: 3, delay: 1s }',
);

const list = <T extends z.ZodType>(item: T, error: string) => z.array(item, error).min(1, 'expected at least one item');

const step = z
  .strictObject(
    {
      description: text.optional(),
      run: text.regex(/\S/, 'expected a script').optional().describe('A shell script'),
      command: list(word, 'expected a list such as [npm, test]')
        .optional()
        .describe('A program and its arguments, without a shell'),
      approve: text
        .regex(/\S/, 'expected a question')
        .max(2_000, 'a question has at most 2000 characters')
        .optional()
        .describe('A question to a person, who answers with `stateyard approve` or `stateyard reject`'),
      default: z
        .enum(['approve', 'reject'], 'expected approve or reject')
        .optional()
        .describe('What counts when nobody has answered within `timeout`; default reject'),
      shell: z
        .union([text, list(text, 'expected a list of texts')], 'expected a command such as "bash -eu" or a list')
        .optional()
        .describe('What runs the script; the path of the script is added as the last argument'),
      needs: z
        .union([text, z.array(text, 'expected a list of step ids')], 'expected a step id or a list of step ids')
        .optional()
        .describe('The steps that must have succeeded before'),
      if: z
        .union([z.string(), z.boolean()], 'expected an expression')
        .optional()
        .describe('An expression; the step is skipped when it is not true'),
      env: environment.optional(),
      working_directory: text.min(1, 'expected a folder').optional(),
      timeout: duration.optional().describe('Bound of one attempt; for `approve`: how long to wait for the answer'),
      step_timeout: duration.optional().describe('Bound of all attempts together, with the waits between them'),
      log_limit: logLimit.optional(),
      retry: z
        .union([count(1, 1_000), retryPolicy], 'expected a number of attempts or a mapping such as { attempts: 3, delay: 1s }')
        .optional(),
      outputs: z
        .record(
          z.string().regex(namePattern, 'the name of an output is letters, digits, _ and -, starting with a letter'),
          valueType,
          'expected a mapping of names to types',
        )
        .optional()
        .describe('What the step writes as NAME=VALUE lines to the file named by $STATEYARD_OUTPUT'),
      continue_on_error: flag.optional(),
      on_interrupted: z.enum(['rerun', 'fail'], 'expected rerun or fail').optional(),
    },
    'expected a mapping such as { run: npm test }',
  )
  .describe('One step; it has exactly one of run, command and approve');

/** A workflow file's structure, before names and expressions are looked at. Unknown keys are errors at every level. */
export const workflowSchema = z
  .strictObject(
    {
      name: z
        .string('expected a text')
        .min(1, 'expected a name')
        .max(200, 'a name has at most 200 characters')
        .regex(/^[^\p{Cc}]*$/u, 'a name has no control characters'),
      description: text.optional(),
      params: z
        .record(
          z.string().regex(namePattern, 'the name of a parameter is letters, digits, _ and -, starting with a letter'),
          param,
          'expected a mapping of names to parameters',
        )
        .optional(),
      env: environment.optional(),
      working_directory: text.min(1, 'expected a folder').optional(),
      max_parallel: count(1, 1_000).optional().describe('How many steps may run at the same time'),
      timeout: duration.optional().describe('Bound of the whole run'),
      stop_grace: duration
        .optional()
        .describe('How long a step that is told to stop has before it is killed; at most 10 minutes; default 5s'),
      log_limit: logLimit.optional(),
      on_failure: z.enum(['fail_fast', 'continue', 'escalate'], 'expected fail_fast, continue or escalate').optional(),
      steps: z
        .record(
          z
            .string()
            .regex(
              stepIdPattern,
              'a step id is letters, digits, _ and -, starts with a letter or _, and has at most 100 characters',
            ),
          step,
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

/** Keys of a step that executes something: a question to a person has no use for them. */
export const executingKeys = [
  'env',
  'working_directory',
  'step_timeout',
  'retry',
  'outputs',
  'on_interrupted',
  'log_limit',
] as const;

/** The JSON Schema (draft 2020-12) of a workflow file, for editors and `stateyard schema workflow`. A fresh object on each call. */
export function workflowJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(workflowSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === (step as unknown)) {
        jsonSchema.oneOf = [{ required: ['run'] }, { required: ['command'] }, { required: ['approve'] }];
        Object.assign(jsonSchema, {
          dependentRequired: { shell: ['run'], default: ['approve', 'timeout'] },
          not: { required: ['approve'], anyOf: executingKeys.map((key) => ({ required: [key] })) },
        });
      }
      if (zodSchema === (workflowSchema as unknown)) {
        jsonSchema.title = 'stateyard workflow';
      }
    },
  }) as Record<string, unknown>;
}
