import { describe, expect, test } from 'vitest';
import {
  describeMeter,
  exhaustedMeter,
  isGranted,
  raised,
  withCall,
  withSpending,
  type Meter,
} from '../../../machines/budget.ts';

const meter = (more: Partial<Meter> = {}): Meter => ({
  toolId: null,
  unit: 'calls',
  limit: 5,
  allowed: more.limit ?? 5,
  used: 0,
  ...more,
});

describe('a meter', () => {
  test('is exhausted when what is allowed is used: that of the tool or that of all tools, and no other one', () => {
    const meters = [meter({ used: 4 }), meter({ toolId: 'claude', used: 5 })];
    expect([exhaustedMeter(meters, 'claude'), exhaustedMeter(meters, 'codex')]).toEqual([meters[1], null]);
    const all = meter({ unit: 'cost', used: 5.01 });
    expect(exhaustedMeter([...meters, all], 'codex')).toBe(all);
    expect(exhaustedMeter([], 'claude')).toBeNull();
  });

  test('of calls counts calls, one of minutes or cost what they have cost, each for its own tool', () => {
    const meters = [meter(), meter({ unit: 'minutes' }), meter({ unit: 'cost', toolId: 'claude' }), meter({ toolId: 'codex' })];
    const used = (after: readonly Meter[]): number[] => after.map((each) => each.used);
    expect(used(withCall(meters, 'claude'))).toEqual([1, 0, 0, 0]);
    expect(used(withSpending(meters, { toolId: 'claude', minutes: 2, cost: 0.5 }))).toEqual([0, 2, 0.5, 0]);
    expect(used(withSpending(meters, { toolId: 'codex', minutes: 2, cost: 0.5 }))).toEqual([0, 2, 0, 0]);
    expect(used(meters)).toEqual([0, 0, 0, 0]);
  });

  test('is raised by its limit when it is used up, as often as it takes, and else is left alone', () => {
    const meters = [meter({ used: 4 }), meter({ used: 5 }), meter({ used: 17 }), meter({ allowed: 20, used: 20 })];
    expect(raised(meters).map(({ allowed }) => allowed)).toEqual([5, 10, 20, 25]);
    expect(raised(meters).map(({ limit, used }) => [limit, used])).toEqual(meters.map(({ limit, used }) => [limit, used]));
  });

  test('of a fraction that is not exact is raised by more than what is used up', () => {
    const limit = 1 / 19_900;
    const used = limit * 241;
    expect(limit * (Math.floor(used / limit) + 1)).toBe(used);
    expect(raised([meter({ unit: 'cost', limit, used })])[0]?.allowed).toBeGreaterThan(used);
  });

  test('says in words what is used up', () => {
    const words = [
      meter({ limit: 1 }),
      meter({ limit: 5, toolId: 'claude' }),
      meter({ unit: 'minutes', limit: 1, used: 1.234, toolId: 'codex' }),
      meter({ unit: 'minutes', limit: 90, used: 90 }),
      meter({ unit: 'cost', limit: 2.5, used: 2.6049 }),
    ].map(describeMeter);
    expect(words).toEqual([
      'the budget of 1 call is used up',
      'the budget of 5 calls of claude is used up',
      'the budget of 1 minute of codex is used up: 1.23 minutes so far',
      'the budget of 90 minutes is used up: 90 minutes so far',
      'the budget of 2.50 US dollars is used up: 2.60 US dollars so far',
    ]);
  });
});

describe('a call', () => {
  test('was let through for the same step and the same tool', () => {
    const grants = [{ stepId: 'a', toolId: 'claude' }];
    const asked = [
      ['a', 'claude'],
      ['a', 'codex'],
      ['b', 'claude'],
    ] as const;
    expect(asked.map(([stepId, toolId]) => isGranted(grants, { stepId, toolId }))).toEqual([true, false, false]);
  });
});
