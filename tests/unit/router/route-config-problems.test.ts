import { describe, expect, test } from 'vitest';
import { routerConfigCodes } from '../../../router/config-codes.ts';
import { configProblems } from '../../../router/config-problems.ts';
import type { App, RoutingRule } from '../../../schemas/router-config.ts';
import { configOf, tool } from './route-fixture.ts';

const apps = { a: tool(['lint']), b: tool(['lint', 'test']), c: tool(['test']) };
const found = (...given: Parameters<typeof configOf>) =>
  configProblems(configOf(...given)).map(({ code, path }) => `${code} ${path.join('.')}`);
const ruleOf = (match: RoutingRule['match'], more: Partial<RoutingRule> = {}): RoutingRule => ({ id: 'r', match, ...more });
const inRules = (...rules: RoutingRule[]) => found(apps, rules);
const inTool = (app: Partial<App>) => found({ a: tool(['lint'], app) });

describe('a configuration', () => {
  test('without mistakes has no problems', () => {
    const rules = [
      ruleOf(
        { task_kind: ['lint'], domain: ['python'] },
        { id: 'one', select_from: ['a'], fallback_to: ['b'], validate_with: ['c', 'a'] },
      ),
      ruleOf({ task_kind: ['lint', 'test'], complexity: ['simple', 'trivial'] }, { id: 'two', strategy: 'auto' }),
      ruleOf({ complexity: 'simple' }, { id: 'three', select_from: ['c'] }),
      ruleOf({}, { id: 'rest' }),
    ];
    expect(found(apps, rules, { budget: { calls: 9, tools: { a: { calls: 3 } } } })).toEqual([]);
    expect(configProblems({ ...configOf(apps), routing: {} })).toEqual([]);
  });

  test('without tools has this problem alone', () => {
    expect(found({}, [ruleOf({}, { select_from: ['a'] })], { budget: { tools: { a: { calls: 1 } } } })).toEqual(['SY610 apps']);
  });

  test('has a budget for its own tools only', () => {
    const problems = configProblems(configOf(apps, [], { budget: { tools: { a: { calls: 1 }, aa: { calls: 1 } } } }));
    expect(problems).toEqual([
      {
        code: 'SY609',
        path: ['budget', 'tools', 'aa'],
        message: 'unknown tool "aa"',
        hint: 'the tools are a, b, c',
        unknown: { name: 'aa', known: ['a', 'b', 'c'] },
      },
    ]);
  });

  test('uses the codes from SY601 to SY612', () => {
    expect(Object.keys(routerConfigCodes)).toEqual(Array.from({ length: 12 }, (_, index) => `SY${601 + index}`));
  });
});

describe('a rule', () => {
  test('names tools that are there, in each of its lists', () => {
    const lists = { select_from: ['b', 'x'], fallback_to: ['constructor'], validate_with: ['y'] };
    expect(inRules(ruleOf({}, lists))).toEqual([
      'SY601 routing.rules.0.select_from.1',
      'SY601 routing.rules.0.fallback_to.0',
      'SY601 routing.rules.0.validate_with.0',
    ]);
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, tool(['lint'])]));
    expect(configProblems(configOf(many, [ruleOf({}, { select_from: ['x'] })]))[0]?.hint).toMatch(
      /^some of the tools: t0, .*, t9$/,
    );
  });

  test('has an id of its own', () => {
    const rules = ['r', 's', 'r', 'r'].map((id, index) => ruleOf({ risk_tier: [`${index}`] }, { id }));
    expect(inRules(...rules)).toEqual(['SY602 routing.rules.2.id', 'SY602 routing.rules.3.id']);
  });

  test.each<[string, RoutingRule['match'], RoutingRule['match']]>([
    ['one that matches everything', {}, { task_kind: ['lint'], complexity: 'simple' }],
    ['the same', { domain: ['python'] }, { domain: ['python'] }],
    ['one with a longer list', { task_kind: ['lint', 'test'] }, { task_kind: ['test'], domain: ['python'] }],
    ['one with its complexity in a list', { complexity: ['simple', 'complex'] }, { complexity: 'complex' }],
  ])('is never reached after %s', (_, earlier, later) => {
    expect(inRules(ruleOf(earlier), ruleOf(later, { id: 'later' }))).toEqual(['SY603 routing.rules.1.match']);
    const [problem] = configProblems(configOf(apps, [ruleOf(earlier), ruleOf(later, { id: 'later' })]));
    expect(problem?.message).toBe('rule "later" is never reached: rule "r" before it matches all that it matches');
  });

  test.each<[string, RoutingRule['match'], RoutingRule['match']]>([
    ['a narrower one', { task_kind: ['lint'], domain: ['python'] }, { task_kind: ['lint'] }],
    ['one with another value', { task_kind: ['lint'] }, { task_kind: ['lint', 'test'] }],
    ['one that asks something else', { risk_tier: ['high'] }, { domain: ['python'] }],
  ])('may be reached after %s', (_, earlier, later) => {
    expect(inRules(ruleOf(earlier), ruleOf(later, { id: 'later' }))).toEqual([]);
  });

  test('matches something', () => {
    expect(inRules(ruleOf({ domain: [] }), ruleOf({ complexity: [] }, { id: 's' }))).toEqual([
      'SY612 routing.rules.0.match.domain',
      'SY612 routing.rules.1.match.complexity',
    ]);
  });

  test('names a tool once where it is tried, and once where it checks', () => {
    expect(
      inRules(ruleOf({}, { select_from: ['b', 'b'], fallback_to: ['b', 'c', 'c'], validate_with: ['a', 'b', 'a'] })),
    ).toEqual([
      'SY605 routing.rules.0.select_from.1',
      'SY605 routing.rules.0.fallback_to.0',
      'SY605 routing.rules.0.fallback_to.2',
      'SY605 routing.rules.0.validate_with.2',
    ]);
  });
});

describe('the tools of a rule', () => {
  const python = tool(undefined, { capabilities: { task_kinds: ['lint'], domains: ['python'] } });
  const mixed = { ...apps, python, idle: tool([]), checks: tool(['*'], { kind: 'validator' }) };
  const inMixed = (match: RoutingRule['match'], more: Partial<RoutingRule> = {}) => found(mixed, [ruleOf(match, more)]);

  test.each<[string, RoutingRule['match'], Partial<RoutingRule>]>([
    ['do none of the kinds', { task_kind: ['bake', 'lint'] }, { select_from: ['c'] }],
    ['work in none of the domains', { domain: ['rust', 'go'] }, { select_from: ['python'] }],
    ['do nothing', {}, { select_from: ['idle'] }],
    ['and its fallbacks cannot either', { task_kind: ['lint'] }, { select_from: ['c'], fallback_to: ['idle'] }],
  ])('are a problem when those selected %s', (_, match, more) => {
    expect(inMixed(match, more)).toEqual(['SY604 routing.rules.0.select_from']);
  });

  test('are a problem when none is selected and none offers the work', () => {
    expect(inMixed({ task_kind: ['bake'] })).toEqual(['SY604 routing.rules.0']);
    expect(inMixed({ task_kind: ['bake'] }, { fallback_to: ['c'] })).toEqual(['SY604 routing.rules.0']);
    expect(configProblems(configOf(mixed, [ruleOf({ task_kind: ['bake'], domain: ['bread'] })]))[0]?.message).toBe(
      'rule "r" has no tool that can do what it matches (task kind bake; domain bread)',
    );
    expect(found({ idle: tool([]) }, [ruleOf({})])).toEqual(['SY604 routing.rules.0']);
  });

  test('are a problem when only the fallbacks can', () => {
    expect(inMixed({ task_kind: ['lint'] }, { select_from: ['c', 'idle'], fallback_to: ['a'] })).toEqual([
      'SY611 routing.rules.0.select_from',
    ]);
  });

  test('are fine when one of them can, if only by a fallback of those that offer', () => {
    expect(inMixed({ task_kind: ['lint'] }, { select_from: ['c', 'a'] })).toEqual([]);
    expect(inMixed({ task_kind: ['bake'] }, { fallback_to: ['checks'] })).toEqual([]);
    expect(inMixed({ domain: ['python', 'rust'] }, { select_from: ['python'] })).toEqual([]);
  });

  test('are not judged where one of them is unknown', () => {
    expect(inMixed({ task_kind: ['bake'] }, { select_from: ['x', 'c'] })).toEqual(['SY601 routing.rules.0.select_from.0']);
  });
});

describe('a tool', () => {
  test.each<[string, Partial<App>]>([
    ['as an argument', { args: ['-p', '{prompt}'], adapter: { prompt: 'argument' } }],
    ['in a file', { args: ['--file={prompt_file}'], adapter: { prompt: 'file' } }],
    ['as its input', { args: ['-'], adapter: { prompt: 'stdin' } }],
    ['not at all', { args: ['{read}', '{ prompt }'] }],
  ])('may get its prompt %s', (_, app) => {
    expect(inTool(app)).toEqual([]);
  });

  test.each<[string, Partial<App>, string[]]>([
    ['no argument for it', { adapter: { prompt: 'argument' } }, ['SY607 apps.a.adapter.prompt']],
    ['no argument for its file', { args: ['x'], adapter: { prompt: 'file' } }, ['SY607 apps.a.adapter.prompt']],
    [
      'it inside an argument',
      { args: ['-m={prompt}'], adapter: { prompt: 'argument' } },
      ['SY607 apps.a.adapter.prompt', 'SY608 apps.a.args.0'],
    ],
    [
      'the file for the text',
      { args: ['{prompt}'], adapter: { prompt: 'file' } },
      ['SY608 apps.a.args.0', 'SY607 apps.a.adapter.prompt'],
    ],
    ['a placeholder without a prompt', { args: ['x', '{prompt}'] }, ['SY608 apps.a.args.1']],
    ['a placeholder beside its input', { args: ['-f={prompt_file}'], adapter: { prompt: 'stdin' } }, ['SY608 apps.a.args.0']],
  ])('has a problem with %s', (_, app, problems) => {
    expect(inTool(app)).toEqual(problems);
  });

  test('has patterns that are regular expressions, and one for the cost with a group', () => {
    const patterns = (cost_pattern: string, ...outcomes: string[]) =>
      inTool({ adapter: { result: { cost_pattern }, outcomes: outcomes.map((pattern) => ({ pattern, means: 'retry' })) } });
    expect(patterns('cost: ([0-9.]+)', '^rate limit', '\\p{L}+')).toEqual([]);
    expect(patterns('(?<cost>\\d+)|none')).toEqual([]);
    expect(patterns('cost: [0-9.]+', '(', '(?=x)')).toEqual([
      'SY606 apps.a.adapter.result.cost_pattern',
      'SY606 apps.a.adapter.outcomes.0.pattern',
      'SY606 apps.a.adapter.outcomes.1.pattern',
    ]);
    expect(inTool({ adapter: { outcomes: [{ exit_codes: [3], means: 'retry' }] } })).toEqual([]);
  });
});
