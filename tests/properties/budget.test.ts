import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exhaustedMeter, raised, withCall, withSpending, type Meter } from '../../machines/budget.ts';

const tools = ['claude', 'codex', 'gemini'] as const;
const anyTool = fc.constantFrom(...tools);
const anyLimit = fc.oneof(
  fc.integer({ min: 1, max: 8 }),
  fc.double({ min: 0.001, max: 50, noNaN: true }),
  fc.integer({ min: 1, max: 997 }).map((parts) => 1 / parts),
);

/** Meters as they are made from a configuration: calls are whole numbers. */
const anyMeter = fc
  .record({ toolId: fc.option(anyTool), unit: fc.constantFrom('calls', 'minutes', 'cost'), limit: anyLimit })
  .map(({ toolId, unit, limit }): Meter => {
    const bound = unit === 'calls' ? Math.ceil(limit) : limit;
    return { toolId, unit, limit: bound, allowed: bound, used: 0 };
  });

interface Asked {
  readonly toolId: (typeof tools)[number];
  readonly minutes: number;
  readonly cost: number;
}

const amount = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 20, noNaN: true }), fc.constantFrom(0.1, 0.25, 1));
const anyCall: fc.Arbitrary<Asked> = fc.record({ toolId: anyTool, minutes: amount, cost: amount });
const manyCalls = fc.array(anyCall, { maxLength: 40 });

/** What became of the calls, one after the other: those that were let through, and the meters after each. */
function play(
  meters: readonly Meter[],
  calls: readonly Asked[],
): { readonly made: Asked[]; readonly after: (readonly Meter[])[] } {
  const made: Asked[] = [];
  const after: (readonly Meter[])[] = [];
  let now = meters;
  for (const call of calls) {
    if (exhaustedMeter(now, call.toolId) !== null) continue;
    now = withSpending(withCall(now, call.toolId), call);
    made.push(call);
    after.push(now);
  }
  return { made, after };
}

const countOf = (calls: readonly Asked[], toolId: string | null): number =>
  calls.filter((call) => toolId === null || call.toolId === toolId).length;

describe('a budget', () => {
  test('never lets more calls through than it allows, in all and of each tool', () => {
    fc.assert(
      fc.property(fc.array(anyMeter, { maxLength: 5 }), manyCalls, (meters, calls) => {
        const { made, after } = play(meters, calls);
        for (const meter of meters.filter(({ unit }) => unit === 'calls')) {
          expect(countOf(made, meter.toolId)).toBeLessThanOrEqual(meter.allowed);
        }
        for (const { unit, used, allowed } of after.flat()) if (unit === 'calls') expect(used).toBeLessThanOrEqual(allowed);
      }),
      { numRuns: 150 },
    );
  });

  test('of minutes or cost is overdrawn by the last call at most', () => {
    fc.assert(
      fc.property(anyMeter, manyCalls, (meter, calls) => {
        fc.pre(meter.unit !== 'calls');
        const { made, after } = play([meter], calls);
        const before = [meter, ...after.map(([each]) => each ?? meter)];
        made.forEach((call, index) => {
          const isCounted = meter.toolId === null || meter.toolId === call.toolId;
          if (isCounted) expect(before[index]?.used).toBeLessThan(meter.allowed);
        });
      }),
      { numRuns: 150 },
    );
  });

  test('counts each call that it let through, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(anyMeter, { minLength: 1, maxLength: 4 }), manyCalls, (meters, calls) => {
        const { made, after } = play(meters, calls);
        (after.at(-1) ?? meters).forEach(({ unit, toolId, used }) => {
          const counted = made.filter((call) => toolId === null || call.toolId === toolId);
          const sum = unit === 'calls' ? counted.length : counted.reduce((total, call) => total + call[unit], 0);
          expect(used).toBeCloseTo(sum, 9);
        });
      }),
      { numRuns: 100 },
    );
  });

  test('that is raised always has something left, grows by whole limits, and only where it was used up', () => {
    fc.assert(
      fc.property(anyMeter, fc.oneof(amount, fc.nat(400)), fc.boolean(), (meter, much, inLimits) => {
        const used = inLimits ? meter.limit * Math.floor(much) : much;
        const [after] = raised([{ ...meter, used }]);
        expect(after?.allowed).toBeGreaterThan(used);
        expect(after?.allowed).toBeGreaterThanOrEqual(meter.allowed);
        expect((after?.allowed ?? 0) / meter.limit).toBeCloseTo(Math.round((after?.allowed ?? 0) / meter.limit), 6);
        if (used < meter.allowed) expect(after).toEqual({ ...meter, used });
        else expect(after?.allowed).toBeLessThanOrEqual(used + 2 * meter.limit);
      }),
      { numRuns: 300 },
    );
  });

  test('that is smaller never lets a call through that a larger one refuses', () => {
    fc.assert(
      fc.property(anyMeter, anyLimit, manyCalls, (larger, factor, calls) => {
        const share = larger.limit * Math.min(1, factor / 50);
        const limit = larger.unit === 'calls' ? Math.max(1, Math.floor(share)) : share;
        const few = play([{ ...larger, limit, allowed: limit }], calls).made;
        const many = new Set(play([larger], calls).made);
        expect(few.filter((call) => !many.has(call))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
