/** Every code of a mistake in a router configuration that shows only in what it means. A code is never given another meaning. */
export const routerConfigCodes = {
  SY601: {
    title: 'Unknown tool',
    explanation: '`select_from`, `fallback_to` and `validate_with` name tools of `apps`, and this one is not there.',
  },
  SY602: {
    title: 'Duplicate rule id',
    explanation: 'Each rule has an id of its own: decisions are recorded with it, and turns are kept under it.',
  },
  SY603: {
    title: 'Rule that is never reached',
    explanation:
      'The first rule that matches counts, and every request that this rule matches is matched by an earlier one. Put the narrower rule first.',
  },
  SY604: {
    title: 'Rule without a capable tool',
    explanation:
      'No tool of the rule can do what the rule matches, by the `task_kinds` and `domains` of its `capabilities`. Every request that the rule matches would fail.',
  },
  SY605: {
    title: 'Tool named twice in one rule',
    explanation:
      'A tool is tried once, so the second mention in `select_from` and `fallback_to`, or in `validate_with`, is of no use.',
  },
  SY606: {
    title: 'Bad pattern of a tool',
    explanation:
      'A `pattern` is a regular expression of RE2 (that of JavaScript without references and without looking around), and `cost_pattern` has a group that holds the cost.',
  },
  SY607: {
    title: 'Prompt that does not reach its tool',
    explanation:
      'With `prompt: argument` one of `args` is `{prompt}`, and nothing besides; with `prompt: file` one of them holds `{prompt_file}`.',
  },
  SY608: {
    title: 'Placeholder that is not filled',
    explanation:
      '`{prompt}` is filled with `prompt: argument` alone, and only as an argument of its own; `{prompt_file}` with `prompt: file` alone.',
  },
  SY609: { title: 'Budget of an unknown tool', explanation: '`budget.tools` bounds tools of `apps`, and this one is not there.' },
  SY610: { title: 'No tools', explanation: '`apps` is empty, so there is nothing that work could be routed to.' },
  SY611: {
    title: 'Selection without a capable tool',
    explanation:
      'No tool of `select_from` can do what the rule matches, so that only its fallbacks would ever be taken. Select one that can.',
  },
  SY612: {
    title: 'Rule that matches nothing',
    explanation:
      'A field of `match` is an empty list, and no request has a value of it. Leave the field out to match all of them.',
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;

/** One of {@link routerConfigCodes}. */
export type RouterConfigCode = keyof typeof routerConfigCodes;

/** A mistake in a router configuration that fits its schema. */
export interface ConfigProblem {
  readonly code: RouterConfigCode;
  /** Where it stands in the document: keys and positions from 0. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string | null;
  /** Where a name is not known: that name and those that are, for a reader who can tell which of them was meant. */
  readonly unknown: { readonly name: string; readonly known: readonly string[] } | null;
}
