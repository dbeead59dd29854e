import { describe, expect, test } from 'vitest';
import { phaseToolsOf } from '../../../router/conditions.ts';
import { candidatesOf, decide, ruleOf, turnKeyOf, validatorsOf } from '../../../router/decide.ts';
import { routeDecisionSchema } from '../../../schemas/route-decision.ts';
import type { App, RoutingRule } from '../../../schemas/router-config.ts';
import { conditionsWith, configOf, requestOf, tool } from './route-fixture.ts';

const abc = { a: tool(['lint']), b: tool(['lint']), c: tool(['lint']) };
const calm = conditionsWith();
const any = { id: 'any', match: {} };

function rule(match: RoutingRule['match'], more: Partial<RoutingRule> = {}): RoutingRule {
  return { id: 'first', match, ...more };
}

describe('the rule of a request', () => {
  const config = (match: RoutingRule['match']) => configOf(abc, [rule(match), any]);

  test('is the first that matches, in order', () => {
    expect(ruleOf(configOf(abc, [any, rule({})]), requestOf())?.id).toBe('any');
    expect(ruleOf(configOf(abc, [rule({ task_kind: ['test'] })]), requestOf())).toBeNull();
    expect(ruleOf({ ...configOf(abc), routing: {} }, requestOf())).toBeNull();
  });

  test.each([
    ['task_kind', { task_kind: ['test', 'lint'] }, requestOf(), requestOf({ task_kind: 'build' })],
    ['risk_tier', { risk_tier: ['high'] }, requestOf({ risk_tier: 'high' }), requestOf({ risk_tier: 'low' })],
    ['one complexity', { complexity: 'expert' as const }, requestOf({ complexity: 'expert' }), requestOf()],
    ['complexities', { complexity: ['expert' as const] }, requestOf({ complexity: 'expert' }), requestOf()],
    ['domain', { domain: ['python'] }, requestOf({ domain: 'python' }), requestOf()],
    ['no domain', { domain: [''] }, requestOf(), requestOf({ domain: 'python' })],
  ])('matches by %s', (_, match, like, unlike) => {
    expect(ruleOf(config(match), like)?.id).toBe('first');
    expect(ruleOf(config(match), unlike)?.id).toBe('any');
  });

  test('matches only when every field that it gives does', () => {
    const both = config({ task_kind: ['lint'], domain: ['python'] });
    expect(ruleOf(both, requestOf({ domain: 'python' }))?.id).toBe('first');
    expect(ruleOf(both, requestOf({ domain: 'python', task_kind: 'test' }))?.id).toBe('any');
    expect(ruleOf(both, requestOf({ domain: 'rust' }))?.id).toBe('any');
  });

  test('gives its strategy, else the request does', () => {
    const decided = (rules: readonly RoutingRule[]) =>
      decide(configOf(abc, rules), requestOf({ routing: { strategy: 'round_robin' } }), null, calm);
    expect(decided([rule({}, { strategy: 'auto' })]).strategy).toBe('auto');
    expect(decided([any]).strategy).toBe('round_robin');
  });

  test('names the validators, each once, without the tool that is chosen', () => {
    const config = configOf(abc, [rule({}, { validate_with: ['b', 'a', 'b'], required: true })]);
    expect(validatorsOf(config, requestOf())).toEqual({ validators: ['b', 'a'], required: true });
    expect(decide(config, requestOf(), null, calm)).toMatchObject({ tool_id: 'a', validators: ['b'], validators_required: true });
    expect(decide(configOf(abc), requestOf(), null, calm)).toMatchObject({ validators: [], validators_required: false });
  });

  test('names the turn, else the work does', () => {
    const python = requestOf({ domain: 'python' });
    const keys = [
      turnKeyOf(configOf(abc, [any]), python),
      turnKeyOf(configOf(abc, [rule({})]), python),
      turnKeyOf(configOf(abc), python),
      turnKeyOf(configOf(abc), requestOf()),
      turnKeyOf(configOf(abc), requestOf({ task_kind: 'test' })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(turnKeyOf(configOf(abc, [any]), requestOf({ task_kind: 'test' }))).toBe(keys[0]);
  });
});

describe('candidates', () => {
  const candidates = (apps: Readonly<Record<string, App>>, rules: readonly RoutingRule[], request = requestOf()) =>
    decide(configOf(apps, rules), request, null, calm).candidates;

  test('are those of select_from, then those of fallback_to, each once', () => {
    expect(candidates(abc, [rule({}, { select_from: ['c', 'a', 'c'], fallback_to: ['b', 'a'] })])).toEqual(['c', 'a', 'b']);
  });

  test('are, in each of the two, first those that the request prefers, in its order', () => {
    const apps = { ...abc, d: tool(['lint']), e: tool(['lint']), f: tool(['lint']) };
    const request = requestOf({ routing: { preferred_tools: ['f', 'c', 'unknown', 'b', 'c', 'e'] } });
    const rules = [rule({}, { select_from: ['a', 'b', 'c'], fallback_to: ['d', 'e', 'f'] })];
    expect(candidates(apps, rules, request)).toEqual(['c', 'b', 'a', 'f', 'e', 'd']);
  });

  test('are, without a selection, the tools that offer the work in the order of the configuration, and its fallbacks last', () => {
    const apps = { other: tool(['test']), b: tool(['lint']), star: tool(['*']), silent: tool(undefined), a: tool(['lint']) };
    expect(candidates(apps, [])).toEqual(['b', 'star', 'a']);
    expect(candidates(apps, [any])).toEqual(['b', 'star', 'a']);
    expect(candidates(apps, [rule({}, { fallback_to: ['b'] })])).toEqual(['star', 'a', 'b']);
  });

  test('are validators and analyzers only where they name the kind of task', () => {
    const apps = {
      checks: tool(['lint'], { kind: 'validator' }),
      reads: tool(['lint'], { kind: 'analyzer' }),
      all: tool(['*'], { kind: 'validator' }),
    };
    expect(candidates(apps, [])).toEqual(['checks', 'reads']);
    expect(decide(configOf(apps, [rule({}, { select_from: ['all'] })]), requestOf(), null, calm).tool_id).toBe('all');
  });

  test('are those that work in the domain, where the request has one and the tool names its own', () => {
    const domains = (...names: string[]) => tool(undefined, { capabilities: { task_kinds: ['lint'], domains: names } });
    const apps = { py: domains('python'), js: domains('javascript'), none: domains(), star: domains('*') };
    expect(candidates(apps, [], requestOf({ domain: 'python' }))).toEqual(['py', 'none', 'star']);
    expect(candidates(apps, [])).toEqual(['py', 'js', 'none', 'star']);
  });

  test('that could ever be chosen are those that request, phase and capability leave', () => {
    const config = configOf({ ...abc, d: tool(['test']) }, [rule({}, { select_from: ['d', 'c', 'b', 'a'] })]);
    const request = requestOf({ routing: { allowed_tools: ['a', 'b', 'd'], preferred_tools: ['a'] } });
    expect(candidatesOf(config, request, null)).toEqual(['a', 'b']);
    expect(candidatesOf(config, request, { allowedTools: null, disallowedTools: ['a'] })).toEqual(['b']);
    expect(candidatesOf(config, request, { allowedTools: [], disallowedTools: [] })).toEqual([]);
  });
});

describe('the tools of a phase', () => {
  const spec = {
    phase_id: 'build',
    name: 'Build',
    category: 'code',
    resource_scope: { type: 'files' },
    constraints: {},
    acceptance: { mode: 'all' as const, checks: [] },
  };

  test('are those that it allows and disallows; one that says neither leaves all, one that allows none leaves none', () => {
    const left = (phase: Parameters<typeof phaseToolsOf>[0]) => candidatesOf(configOf(abc), requestOf(), phaseToolsOf(phase));
    expect(left(null)).toEqual(['a', 'b', 'c']);
    expect(left(spec)).toEqual(['a', 'b', 'c']);
    expect(left({ ...spec, allowed_tools: ['a', 'b'], disallowed_tools: ['a'] })).toEqual(['b']);
    expect(left({ ...spec, allowed_tools: [] })).toEqual([]);
  });
});

describe('a cut', () => {
  const cutsOf = (...given: Parameters<typeof decide>) => decide(...given).cut;

  test('is made for the first reason that holds, in a fixed order', () => {
    const everything = conditionsWith({
      spent: ['a'],
      missing: new Map([['a', 'not on the PATH']]),
      open: new Map([['a', 'opens again at noon']]),
      full: new Map([['a', '1 of 1 is busy']]),
    });
    const request = (allowed: string[], kind = 'lint') => requestOf({ task_kind: kind, routing: { allowed_tools: allowed } });
    const phase = (allowed: string[] | null, disallowed: string[]) => ({ allowedTools: allowed, disallowedTools: disallowed });
    const config = configOf(abc, [rule({}, { select_from: ['a'] })]);
    const reasons = [
      cutsOf(config, request([], 'test'), phase([], ['a']), everything),
      cutsOf(config, request(['a'], 'test'), phase([], ['a']), everything),
      cutsOf(config, request(['a'], 'test'), phase(null, ['a']), everything),
      cutsOf(config, request(['a'], 'test'), phase(null, []), everything),
      cutsOf(config, request(['a']), null, everything),
      cutsOf(config, request(['a']), null, { ...everything, spent: [] }),
      cutsOf(config, request(['a']), null, { ...everything, spent: [], missing: new Map() }),
      cutsOf(config, request(['a']), null, { ...everything, spent: [], missing: new Map(), open: new Map() }),
      cutsOf(config, request(['a']), null, calm),
    ];
    expect(reasons.flat()).toEqual([
      { tool_id: 'a', why: 'not_allowed_by_request', detail: 'the request allows no tool' },
      { tool_id: 'a', why: 'not_allowed_by_phase', detail: 'phase build allows no tool' },
      { tool_id: 'a', why: 'disallowed_by_phase', detail: 'phase build disallows it' },
      { tool_id: 'a', why: 'no_capability', detail: 'it does lint, not test' },
      { tool_id: 'a', why: 'attempts_spent', detail: 'its attempts are used up' },
      { tool_id: 'a', why: 'not_installed', detail: 'not on the PATH' },
      { tool_id: 'a', why: 'breaker_open', detail: 'opens again at noon' },
      { tool_id: 'a', why: 'at_max_parallel', detail: '1 of 1 is busy' },
    ]);
  });

  test('says what is allowed, and what the tool can do instead', () => {
    const apps = { a: tool([]), b: tool(undefined, { capabilities: { domains: ['rust', 'go'] } }), c: tool(undefined) };
    const config = configOf(apps, [rule({}, { select_from: ['a', 'b', 'c', 'constructor'] })]);
    const request = requestOf({ domain: 'python', routing: { allowed_tools: ['a', 'b', 'constructor'] } });
    expect(cutsOf(config, request, null, calm).map(({ detail }) => detail)).toEqual([
      'it does nothing, not lint',
      'it works on rust, go, not on python',
      'the request allows only a, b, constructor',
      'the configuration has no such tool',
    ]);
  });

  test('takes a tool that a rule names and that names no kinds of task', () => {
    const config = configOf({ silent: tool(undefined) }, [rule({}, { select_from: ['silent'] })]);
    expect(decide(config, requestOf(), null, calm).tool_id).toBe('silent');
  });
});

describe('the choice', () => {
  const config = configOf({ ...abc, d: tool(['lint']) }, [rule({}, { select_from: ['a', 'b'], fallback_to: ['c', 'd'] })]);
  const decided = (given: Parameters<typeof conditionsWith>[0], request = requestOf()) =>
    decide(config, request, null, conditionsWith(given));

  test('is made by the strategy among the first tools that are left', () => {
    expect(decided({})).toMatchObject({
      tool_id: 'a',
      waits: false,
      because: 'rule "first"; fixed takes the first that is left, a',
    });
    expect(decided({ spent: ['a'] }).tool_id).toBe('b');
    expect(decided({ full: new Map([['a', '1 of 1']]) }).tool_id).toBe('b');
  });

  test('goes on to a fallback when every tool before it has failed or may not be used', () => {
    const tried = { spent: ['a'], open: new Map([['b', 'open']]) };
    expect(decided(tried)).toMatchObject({ tool_id: 'c', because: expect.stringContaining('fallback: fixed') });
  });

  test('waits for a busy tool instead of going on to a fallback', () => {
    const busy = { spent: ['a'], full: new Map([['b', '2 of 2 calls are going on']]) };
    expect(decided(busy)).toMatchObject({
      tool_id: null,
      waits: true,
      because: 'rule "first"; every tool that is left is busy: b (2 of 2 calls are going on)',
    });
  });

  test('waits for a busy tool that the request prefers, though others are free', () => {
    const request = requestOf({ routing: { preferred_tools: ['b'] } });
    expect(decided({ full: new Map([['b', '1 of 1']]) }, request)).toMatchObject({ tool_id: null, waits: true });
    expect(decided({ spent: ['b'] }, request).tool_id).toBe('a');
  });

  test('keeps the tool of the attempt before, until something cuts it', () => {
    expect(decided({ current: 'd' })).toMatchObject({
      tool_id: 'd',
      current: 'd',
      because: 'rule "first"; the step goes on with d',
    });
    expect(decided({ current: 'b', spent: ['b'] })).toMatchObject({ tool_id: 'a', current: 'b' });
    expect(decided({ current: 'gone' })).toMatchObject({ tool_id: 'a', current: 'gone' });
  });

  test('keeps the tool of the attempt before without using a turn', () => {
    const request = requestOf({ routing: { strategy: 'round_robin' } });
    expect(decided({ current: 'b', turn: 4 }, request)).toMatchObject({ tool_id: 'b', turn: null });
    expect(decided({ turn: 5 }, request)).toMatchObject({ tool_id: 'b', turn: 5 });
  });

  test('is none when none is left, and says why of each, of ten at most', () => {
    expect(decided({ spent: ['a', 'b', 'c'], missing: new Map([['d', 'no program "d" on the PATH']]) })).toMatchObject({
      tool_id: null,
      waits: false,
      because:
        'rule "first"; no tool is left: a (its attempts are used up), b (its attempts are used up), c (its attempts are used up), d (no program "d" on the PATH)',
    });
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`t${index}`, tool(['lint'])]));
    const none = decide(configOf(many), requestOf(), null, conditionsWith({ spent: Object.keys(many) }));
    expect(none.because).toMatch(
      /^no rule matches task kind "lint"; no tool is left: t0 .* t9 \(its attempts are used up\), and 2 more$/,
    );
  });

  test('is none when no tool offers the work', () => {
    const { because, tool_id } = decide(configOf(abc), requestOf({ task_kind: 'bake', domain: 'bread' }), null, calm);
    expect(tool_id).toBeNull();
    expect(because).toBe('no rule matches task kind "bake" in domain "bread"; no tool of the configuration offers it');
  });

  test('is a document of its schema', () => {
    for (const decision of [decided({}), decided({ spent: ['a'], full: new Map([['b', 'x']]) }), decided({ current: 'c' })])
      expect(routeDecisionSchema.parse(decision)).toEqual(decision);
  });
});
