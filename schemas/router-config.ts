import * as z from 'zod';
import { docMetaSchema } from './doc-meta.ts';
import { idSchema, semverSchema, toolIdSchema } from './ids.ts';
import { complexitySchema, positiveSchema, strategySchema, textsSchema } from './work.ts';

const text = z.string('expected a text');
const pattern = text.max(500, 'a pattern has at most 500 characters').min(1, 'expected a pattern');
const pointer = text.regex(/^(\/[^/]*)*$/, 'expected a JSON pointer such as /result');
const tools = z.array(toolIdSchema, 'expected a list of tool ids');
const seconds = z.int('expected a whole number of seconds').min(1, 'expected at least 1');

/** Bounds of what may be spent; a breach pauses the run, and `unpause` grants as much again. */
export const budgetLimitsSchema = z.strictObject(
  {
    calls: positiveSchema.optional().describe('Calls of routed tools'),
    minutes: z.number('expected a number').positive('expected more than 0').optional().describe('Their minutes, added up'),
    cost: z
      .number('expected a number')
      .positive('expected more than 0')
      .optional()
      .describe('What they report to have cost, in US dollars'),
  },
  'expected a mapping with calls, minutes, cost',
);

/** Bounds of a run and, by tool, of its calls of that tool. */
export const budgetSchema = z.strictObject(
  { ...budgetLimitsSchema.shape, tools: z.record(toolIdSchema, budgetLimitsSchema, 'expected a mapping of tool ids').optional() },
  'expected a mapping with calls, minutes, cost, tools',
);

const breaker = z.strictObject(
  {
    failure_threshold: positiveSchema.optional().describe('So many failures in a row open it; default 5'),
    recovery_timeout_seconds: seconds.optional().describe('After so long it lets a probe through; default 60'),
    half_open_max_calls: positiveSchema.optional().describe('So many probes at a time; default 1'),
  },
  'expected a mapping with failure_threshold, recovery_timeout_seconds, half_open_max_calls',
);

const outcomeRule = z
  .strictObject(
    {
      exit_codes: z.array(z.int('expected an exit code').min(0).max(255), 'expected a list of exit codes').min(1).optional(),
      pattern: pattern.optional().describe('A regular expression that a line among the last of the output must match'),
      means: z.enum(['retry', 'try_another', 'never_retry'], 'expected one of retry, try_another, never_retry'),
      because: text.optional().describe('In words, for the record'),
    },
    'expected a mapping with exit_codes, pattern, means',
  )
  .refine((rule) => rule.exit_codes !== undefined || rule.pattern !== undefined, 'expected exit_codes, pattern or both')
  .meta({ anyOf: [{ required: ['exit_codes'] }, { required: ['pattern'] }] });

/** How Stateyard speaks with a tool: all of it is beyond router_config.v1 of the framework, and all of it optional. */
export const adapterSchema = z.strictObject(
  {
    prompt: z
      .enum(['none', 'stdin', 'file', 'argument'], 'expected one of none, stdin, file, argument')
      .optional()
      .describe('How the prompt is given; with file and argument "{prompt_file}" or "{prompt}" stands in args; default none'),
    result: z
      .strictObject({
        format: z.enum(['text', 'json', 'json_lines'], 'expected one of text, json, json_lines').optional(),
        result_pointer: pointer.optional().describe('Where in the last JSON value of the output the answer stands'),
        cost_pointer: pointer.optional().describe('Where its cost in US dollars stands'),
        error_pointer: pointer.optional().describe('Where true says that the tool failed, whatever its exit code'),
        cost_pattern: pattern
          .optional()
          .describe('A regular expression over the last lines; its first group is the cost in US dollars'),
      })
      .optional(),
    outcomes: z
      .array(outcomeRule, 'expected a list of rules')
      .max(50)
      .optional()
      .describe('The first rule that matches an end of the tool counts'),
    environment: z
      .record(text, text, 'expected a mapping of variables to values')
      .optional()
      .describe('Variables for the tool; never secrets: those reach it through the environment that stateyard is started with'),
    version_args: textsSchema.optional().describe('Arguments that print the version of the tool'),
    breaker: breaker.optional(),
  },
  'expected a mapping with prompt, result, outcomes, environment, version_args, breaker',
);

const app = z.strictObject(
  {
    kind: z.enum(['tool', 'validator', 'analyzer'], 'expected one of tool, validator, analyzer'),
    command: text.min(1, 'expected a command'),
    args: textsSchema.optional(),
    capabilities: z.strictObject(
      { task_kinds: textsSchema.optional(), domains: textsSchema.optional() },
      'expected a mapping with task_kinds and domains',
    ),
    limits: z
      .strictObject(
        { max_parallel: positiveSchema.optional(), timeout_seconds: positiveSchema.optional() },
        'expected a mapping with max_parallel and timeout_seconds',
      )
      .optional(),
    safety_tier: z.enum(['low', 'medium', 'high'], 'expected one of low, medium, high').optional(),
    adapter: adapterSchema.optional(),
  },
  'expected a mapping with kind, command and capabilities',
);

const rule = z.strictObject(
  {
    id: idSchema,
    description: text.optional(),
    match: z.strictObject(
      {
        task_kind: textsSchema.optional(),
        risk_tier: textsSchema.optional(),
        complexity: z
          .union([complexitySchema, z.array(complexitySchema, 'expected a list')], 'expected a complexity or a list of them')
          .optional(),
        domain: textsSchema.optional(),
      },
      'expected a mapping with task_kind, risk_tier, complexity, domain',
    ),
    select_from: tools.min(1, 'expected at least one tool').optional(),
    strategy: strategySchema.optional(),
    fallback_to: tools.optional(),
    validate_with: tools.optional(),
    required: z.boolean('expected true or false').optional(),
  },
  'expected a mapping with id and match',
);

/** router_config.v1: the file router_config.json. */
export const routerConfigSchema = z.strictObject(
  {
    meta: docMetaSchema.optional(),
    version: semverSchema,
    apps: z.record(toolIdSchema, app, 'expected a mapping of tool ids to tools'),
    routing: z.strictObject({ rules: z.array(rule, 'expected a list of rules').optional() }, 'expected a mapping with rules'),
    defaults: z
      .strictObject(
        {
          max_attempts: positiveSchema.optional(),
          timeout_seconds: positiveSchema.optional(),
          strategy: strategySchema.optional(),
          breaker: breaker.optional(),
        },
        'expected a mapping with max_attempts, timeout_seconds, strategy',
      )
      .optional(),
    budget: budgetSchema.optional(),
  },
  'expected a mapping with version, apps and routing',
);

/** See {@link routerConfigSchema}. */
export type RouterConfig = z.infer<typeof routerConfigSchema>;
/** One tool of a configuration. */
export type App = RouterConfig['apps'][string];
/** One rule of a configuration. */
export type RoutingRule = NonNullable<RouterConfig['routing']['rules']>[number];
/** See {@link budgetSchema}. */
export type Budget = z.infer<typeof budgetSchema>;
/** See {@link adapterSchema}. */
export type Adapter = z.infer<typeof adapterSchema>;
