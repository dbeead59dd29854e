import * as z from 'zod';
import { toolIdSchema } from './ids.ts';
import type { PromptSection } from './prompt-instance.ts';
import { complexitySchema, phaseConstraintsSchema, prioritySchema, resourceScopeSchema, strategySchema } from './work.ts';
import {
  countSchema,
  durationSchema,
  environmentSchema,
  flagSchema,
  functionNameSchema,
  listSchema,
  logLimitSchema,
  namePattern,
  textSchema,
  valueTypeSchema,
  withSchema,
  wordSchema,
} from './workflow-values.ts';

const script = textSchema.regex(/\S/, 'expected a script');
const argv = listSchema(wordSchema, 'expected a list such as [npm, test]');

const retryPolicy = z.strictObject(
  {
    attempts: countSchema(1, 1_000)
      .optional()
      .describe('All attempts, the first one included; default 1; of a task: its attempts with one tool'),
    backoff: z.enum(['fixed', 'exponential'], 'expected fixed or exponential').optional(),
    delay: durationSchema.optional().describe('Before the second attempt; default 1s'),
    max_delay: durationSchema.optional().describe('Bound of a growing delay; default 5m'),
    jitter: flagSchema.optional(),
    on_exit_codes: z
      .array(countSchema(1, 255), 'expected a list of exit codes such as [1, 75]')
      .min(1, 'expected at least one exit code')
      .optional()
      .describe('Only these are tried again; without it every failure but a tool that could not start'),
  },
  'expected a number of attempts or a mapping such as { attempts: 3, delay: 1s }',
);

const section = textSchema.regex(/\S/, 'expected a text with words in it').optional();

/** Texts for sections of a prompt, by the names of schemas/prompt-instance.ts. */
export const promptSectionsSchema = z.strictObject(
  {
    HEADER: section,
    OBJECTIVE: section,
    CONTEXT: section,
    CONSTRAINTS: section,
    FILES_SCOPE: section,
    OUTPUT_SPEC: section,
    VALIDATION: section,
  } satisfies Record<PromptSection, z.ZodType>,
  'expected a mapping of sections such as OBJECTIVE to texts',
);

const check = z
  .strictObject(
    {
      id: textSchema
        .regex(
          /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
          'the id of a check is letters, digits, _, . and -, does not start with . or -, and has at most 100 characters',
        )
        .optional()
        .describe('Default verify.N, N being its place in the list'),
      run: script.optional().describe('A shell script'),
      command: argv.optional().describe('A program and its arguments, without a shell'),
      required: flagSchema.optional().describe('false: a failure of the check is only noted; default true'),
    },
    'expected a script, a list such as [npm, test] or a mapping such as { run: npm test }',
  )
  .describe('One check of what the step did; it has exactly one of run and command');

const verify = z
  .union(
    [
      script,
      listSchema(
        z.union([script, argv, check], 'expected a script, a list such as [npm, test] or a mapping such as { run: npm test }'),
        'expected a script or a list of checks',
      ),
    ],
    'expected a script or a list of checks',
  )
  .describe('What must succeed after the step for it to have succeeded; in a list each text is a script of its own');

const taskFields = {
  domain: textSchema.optional().describe('Such as typescript; the router matches it'),
  risk_tier: textSchema.optional().describe('The router matches it'),
  complexity: complexitySchema.optional().describe('Default moderate'),
  prompt: z
    .union(
      [textSchema.regex(/\S/, 'expected a text with words in it'), promptSectionsSchema],
      'expected a text or a mapping of sections such as OBJECTIVE to texts',
    )
    .optional()
    .describe('What the tool is asked to do: the section OBJECTIVE, or several sections; default the description, else the kind'),
  allowed_tools: listSchema(toolIdSchema, 'expected a list of tool ids').optional().describe('No other tool is asked'),
  preferred_tools: listSchema(toolIdSchema, 'expected a list of tool ids').optional().describe('These are asked first'),
  strategy: strategySchema.optional().describe('How one of several tools is picked where the rule does not say'),
  resource_scope: resourceScopeSchema.optional().describe('What the task may read, write and create, and what it may not touch'),
  constraints: phaseConstraintsSchema.optional().describe('Bounds of the result; those of a phase may only be tightened'),
};

/** Keys that only a step with `task` has: what the router and the builder of the execution request read. */
export const taskKeys = Object.keys(taskFields) as readonly (keyof typeof taskFields)[];

/** One step, before names and expressions are looked at; that it has exactly one action is checked apart. */
export const stepSchema = z
  .strictObject(
    {
      description: textSchema.optional(),
      run: script.optional().describe('A shell script'),
      command: argv.optional().describe('A program and its arguments, without a shell'),
      function: functionNameSchema
        .optional()
        .describe(
          'A function of the program that runs the workflow through the library (docs/api.md); the command line cannot run it',
        ),
      with: withSchema.optional().describe('What the function is given as its input; texts may hold expressions'),
      task: textSchema
        .regex(/\S/, 'expected a kind of task such as code_review')
        .max(200, 'a kind of task has at most 200 characters')
        .optional()
        .describe('A kind of task such as code_review; the router picks the tool that does it'),
      approve: textSchema
        .regex(/\S/, 'expected a question')
        .max(2_000, 'a question has at most 2000 characters')
        .optional()
        .describe('A question to a person, who answers with `stateyard approve` or `stateyard reject`'),
      default: z
        .enum(['approve', 'reject'], 'expected approve or reject')
        .optional()
        .describe('What counts when nobody has answered within `timeout`; default reject'),
      ...taskFields,
      shell: z
        .union(
          [textSchema, listSchema(textSchema, 'expected a list of texts')],
          'expected a command such as "bash -eu" or a list',
        )
        .optional()
        .describe('What runs the script; the path of the script is added as the last argument'),
      verify: verify.optional(),
      needs: z
        .union([textSchema, z.array(textSchema, 'expected a list of step ids')], 'expected a step id or a list of step ids')
        .optional()
        .describe('The steps that must have succeeded before'),
      if: z
        .union([z.string(), z.boolean()], 'expected an expression')
        .optional()
        .describe('An expression; the step is skipped when it is not true'),
      priority: prioritySchema.optional().describe('What is started first where several steps are ready; default normal'),
      env: environmentSchema.optional(),
      working_directory: textSchema.min(1, 'expected a folder').optional(),
      timeout: durationSchema.optional().describe('Bound of one attempt; for `approve`: how long to wait for the answer'),
      step_timeout: durationSchema.optional().describe('Bound of all attempts together, with the waits between them'),
      log_limit: logLimitSchema.optional(),
      retry: z
        .union(
          [countSchema(1, 1_000), retryPolicy],
          'expected a number of attempts or a mapping such as { attempts: 3, delay: 1s }',
        )
        .optional(),
      outputs: z
        .record(
          z.string().regex(namePattern, 'the name of an output is letters, digits, _ and -, starting with a letter'),
          valueTypeSchema,
          'expected a mapping of names to types',
        )
        .optional()
        .describe('What the step writes as NAME=VALUE lines to the file named by $STATEYARD_OUTPUT'),
      continue_on_error: flagSchema.optional(),
      on_interrupted: z.enum(['rerun', 'fail'], 'expected rerun or fail').optional(),
    },
    'expected a mapping such as { run: npm test }',
  )
  .describe('One step; it has exactly one of run, command, function, task and approve');

/** Keys of a step that executes something: a question to a person has no use for them. */
export const executingKeys = [
  'env',
  'working_directory',
  'step_timeout',
  'retry',
  'outputs',
  'on_interrupted',
  'log_limit',
  'verify',
] as const;

/** Keys of a step that starts a process: a function of this program has no use for them. */
export const processKeys = ['env', 'working_directory'] as const;

/** Adds to the JSON Schema of a step, or of a check in its `verify`, which keys go together; leaves every other schema alone. */
export function addKeyRules(zodSchema: unknown, jsonSchema: Record<string, unknown>): void {
  if (zodSchema === check) jsonSchema['oneOf'] = [{ required: ['run'] }, { required: ['command'] }];
  if (zodSchema !== stepSchema) return;
  jsonSchema['oneOf'] = ['run', 'command', 'function', 'task', 'approve'].map((action) => ({ required: [action] }));
  const forTasks = Object.fromEntries(taskKeys.map((key) => [key, ['task']]));
  jsonSchema['dependentRequired'] = { shell: ['run'], with: ['function'], default: ['approve', 'timeout'], ...forTasks };
  const without = (action: string, keys: readonly string[]) => ({
    not: { required: [action], anyOf: keys.map((key) => ({ required: [key] })) },
  });
  jsonSchema['allOf'] = [without('approve', executingKeys), without('function', processKeys)];
}
