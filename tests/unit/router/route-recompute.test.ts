import { describe, expect, test } from 'vitest';
import { decide } from '../../../router/decide.ts';
import { conditionsOf, decideAgain } from '../../../router/recompute.ts';
import { conditionsWith, configOf, requestOf, tool } from './route-fixture.ts';

const config = configOf({ a: tool(['lint']), b: tool(['lint']), c: tool(['lint']) });
const request = requestOf({ routing: { strategy: 'round_robin' } });

describe('a recorded decision', () => {
  test('names the conditions that it was made under', () => {
    const conditions = conditionsWith({ missing: new Map([['a', 'no program']]), open: new Map([['b', 'open']]), turn: 5 });
    expect(conditionsOf(decide(config, request, null, conditions))).toEqual(conditions);
    const others = conditionsWith({ spent: ['a', 'b'], full: new Map([['c', '1 of 1']]), current: 'b' });
    expect(conditionsOf(decide(config, request, null, others))).toEqual(others);
  });

  test('comes out again, if in other words', () => {
    const decision = decide(config, request, null, conditionsWith({ turn: 4 }));
    expect(decideAgain(config, request, null, decision)).toBeNull();
    expect(decideAgain(config, request, null, { ...decision, because: 'said otherwise' })).toBeNull();
  });

  test('does not come out again from another configuration, request or phase, and what differs is named', () => {
    const decision = decide(config, request, null, conditionsWith({ turn: 4 }));
    const ruled = configOf(config.apps, [{ id: 'new', match: {}, select_from: ['a', 'b', 'c'] }]);
    expect(decideAgain(ruled, request, null, decision)).toBe('rule was null and would now be "new"');
    expect(decideAgain(config, request, { allowedTools: null, disallowedTools: ['b'] }, decision)).toBe(
      'tool_id was "b" and would now be "c"; turn was 4 and would now be 5; cut was [] and would now be ["b: disallowed_by_phase"]',
    );
    expect(decideAgain(config, requestOf(), null, decision)).toContain('strategy was "round_robin" and would now be "fixed"');
  });

  test('does not come out again when it was changed', () => {
    const learned = requestOf({ routing: { strategy: 'auto' } });
    const figures = {
      a: { calls: 9, succeeded: 9, mean_ms: 5 },
      b: { calls: 9, succeeded: 1, mean_ms: 5 },
      c: { calls: 9, succeeded: 1, mean_ms: 5 },
    };
    const decision = decide(config, learned, null, conditionsWith({ seed: 7, figures }));
    expect(decideAgain(config, learned, null, decision)).toBeNull();
    const { a, b, c } = decision.figures;
    expect(decideAgain(config, learned, null, { ...decision, figures: { c, b, a } as typeof figures })).toBeNull();
    const swapped = { ...decision, figures: { ...figures, a: figures.b, c: figures.a } };
    expect(decideAgain(config, learned, null, swapped)).toBe(`tool_id was "a" and would now be "c"`);
    expect(decideAgain(config, learned, null, { ...decision, figures: {} })).toMatch(/^seed was 7 .*; figures was \[\] and/);
  });
});
