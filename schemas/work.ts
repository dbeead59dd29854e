import * as z from 'zod';

/* What the documents about work have in common: how hard it is, what it may touch, how it is checked. */

const text = z.string('expected a text');
const flag = z.boolean('expected true or false');

/** A whole number from 1. */
export const positiveSchema = z.int('expected a whole number from 1').min(1, 'expected a whole number from 1');

/** A list of texts. */
export const textsSchema = z.array(text, 'expected a list of texts');

/** A pattern of paths, relative to the root of the project: `*`, `?`, `[…]`, `{…,…}` and `**` as in .gitignore and bash. */
export const globSchema = z.string('expected a path or a pattern').min(1, 'expected a path or a pattern').max(1_000);
const globs = z.array(globSchema, 'expected a list of paths or patterns');

/** How many kinds of tools may be needed for it, from easy to hard. */
export const complexitySchema = z.enum(
  ['trivial', 'simple', 'moderate', 'complex', 'expert'],
  'expected one of trivial, simple, moderate, complex, expert',
);

/** What is done first where several steps are ready. */
export const prioritySchema = z.enum(['low', 'normal', 'high', 'critical'], 'expected one of low, normal, high, critical');

/** How one of several tools is picked. */
export const strategySchema = z.enum(['fixed', 'round_robin', 'auto'], 'expected one of fixed, round_robin, auto');

/** How a piece of work is classified; the router matches on it. */
export const classificationSchema = z.strictObject({
  complexity: complexitySchema,
  risk_tier: text,
  domain: text,
  priority: prioritySchema,
});

/** What work may touch: an absent list says nothing about it. */
export const resourceScopeSchema = z.strictObject(
  { read: globs.optional(), write: globs.optional(), create: globs.optional(), forbidden: globs.optional() },
  'expected a mapping with read, write, create, forbidden',
);

/** One check of a result: a command that must succeed (`required`, the default) or whose failure is only noted. */
export const checkSchema = z.strictObject(
  {
    id: z.string('expected a text').min(1, 'expected an id'),
    type: z.string('expected a text').min(1, 'expected a type'),
    description: text.optional(),
    command: text.optional(),
    required: flag.optional(),
    severity: text.optional(),
  },
  'expected a mapping with id, type and command',
);

/** When work is accepted: all checks, any of them, or as a person says. */
export const acceptanceModeSchema = z.enum(['all', 'any', 'custom'], 'expected one of all, any, custom');

/** The bounds of a phase; workstreams and tasks may only tighten them. */
export const phaseConstraintsSchema = z.strictObject(
  {
    patch: z
      .strictObject({
        patch_required: flag.optional(),
        max_lines_changed: positiveSchema.optional(),
        max_files_changed: positiveSchema.optional(),
      })
      .optional(),
    tests: z
      .strictObject({ tests_must_run: flag.optional(), tests_must_pass: flag.optional(), test_command: text.optional() })
      .optional(),
    behavior: z.strictObject({ ascii_only: flag.optional(), require_doc_update: flag.optional() }).optional(),
  },
  'expected a mapping with patch, tests, behavior',
);

/** See {@link classificationSchema}. */
export type Classification = z.infer<typeof classificationSchema>;
/** See {@link resourceScopeSchema}. */
export type ResourceScope = z.infer<typeof resourceScopeSchema>;
/** See {@link checkSchema}. */
export type CheckDocument = z.infer<typeof checkSchema>;
/** See {@link phaseConstraintsSchema}. */
export type PhaseConstraints = z.infer<typeof phaseConstraintsSchema>;
/** See {@link strategySchema}. */
export type Strategy = z.infer<typeof strategySchema>;
