import fc from 'fast-check';
import type { PhaseTools, RouteConditions } from '../../router/conditions.ts';
import type { RequestDraft } from '../../router/request-draft.ts';
import type { App, RouterConfig, RoutingRule } from '../../schemas/router-config.ts';

/** Everything that one decision is made from. */
export interface RouteWorld {
  readonly config: RouterConfig;
  readonly request: RequestDraft;
  readonly phase: PhaseTools | null;
  readonly conditions: RouteConditions;
}

// So few names that rules, requests and cuts meet often. One is that of a property of every object, and the last is in no configuration.
const toolIds = ['a', 'b', 'c', 'd', 'toString', 'absent'];
const kinds = ['lint', 'test'];
const domains = ['python', 'rust'];
const tiers = ['low', 'high'];
const complexities = ['simple', 'expert'] as const;

const tools = fc.uniqueArray(fc.constantFrom(...toolIds), { maxLength: 6, size: 'max' });
const some = (names: readonly string[]) => fc.subarray([...names]);
const strategy = fc.constantFrom('fixed' as const, 'round_robin' as const, 'auto' as const);
const details = tools.map((ids) => new Map(ids.map((toolId) => [toolId, `why ${toolId}`])));
// Most of the time most tools are left: otherwise few worlds would have a choice.
const cutTools = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...toolIds), { maxLength: 2 }) },
);
const cutDetails = fc.oneof({ weight: 2, arbitrary: fc.constant(new Map<string, string>()) }, { weight: 1, arbitrary: details });

const app: fc.Arbitrary<App> = fc.record({
  kind: fc.constantFrom('tool', 'tool', 'validator'),
  command: fc.constant('true'),
  capabilities: fc.record(
    { task_kinds: fc.constantFrom(['*'], kinds, kinds, ['lint'], []), domains: fc.constantFrom(['*'], ['python'], []) },
    { requiredKeys: [] },
  ),
});

const complexity = fc.constantFrom(...complexities);
const match: fc.Arbitrary<RoutingRule['match']> = fc.record(
  {
    task_kind: some(kinds),
    risk_tier: some(tiers),
    complexity: fc.oneof(complexity, fc.subarray([...complexities])),
    domain: some(['', ...domains]),
  },
  { requiredKeys: [] },
);
const rule: fc.Arbitrary<Omit<RoutingRule, 'id'>> = fc.record(
  {
    match: fc.oneof(match, fc.constant({})),
    select_from: tools,
    strategy,
    fallback_to: tools,
    validate_with: tools,
    required: fc.boolean(),
  },
  { requiredKeys: ['match'] },
);

const config: fc.Arbitrary<RouterConfig> = fc
  .record({
    apps: fc.dictionary(fc.constantFrom(...toolIds.slice(0, 5)), app, { minKeys: 3, noNullPrototype: true }),
    rules: fc.array(rule, { maxLength: 4, size: 'max' }),
  })
  .map(({ apps, rules }) => ({
    version: '1.0.0',
    apps,
    routing: { rules: rules.map((each, index) => ({ id: `r${index}`, ...each })) },
  }));

const request: fc.Arbitrary<RequestDraft> = fc.record({
  phase_id: fc.constant('build'),
  task_kind: fc.constantFrom(...kinds),
  classification: fc.record({
    complexity,
    risk_tier: fc.constantFrom(...tiers),
    domain: fc.constantFrom('', ...domains),
    priority: fc.constant('normal'),
  }),
  resource_scope: fc.constant({ read: [], write: [], create: [], forbidden: [] }),
  routing: fc.oneof(
    { weight: 2, arbitrary: fc.record({ strategy, preferred_tools: tools }, { requiredKeys: ['strategy'] }) },
    { weight: 1, arbitrary: fc.record({ strategy, preferred_tools: tools, allowed_tools: tools }) },
  ),
});

const phase: fc.Arbitrary<PhaseTools | null> = fc.option(
  fc.record({ allowedTools: fc.option(tools, { freq: 1 }), disallowedTools: cutTools }),
  { freq: 1 },
);

const figures = fc
  .integer({ min: 0, max: 50 })
  .chain((calls) => fc.record({ calls: fc.constant(calls), succeeded: fc.nat(calls), mean_ms: fc.nat(9_000) }));

const conditions: fc.Arbitrary<RouteConditions> = fc.record({
  spent: cutTools,
  current: fc.option(fc.constantFrom(...toolIds)),
  missing: cutDetails,
  open: cutDetails,
  full: cutDetails,
  turn: fc.nat(1_000),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  figures: fc.dictionary(fc.constantFrom(...toolIds), figures, { noNullPrototype: true }),
});

/** Any configuration, request, phase and moment over a handful of names. */
export const routeWorld: fc.Arbitrary<RouteWorld> = fc.record({ config, request, phase, conditions });
