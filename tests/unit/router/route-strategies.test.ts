import { describe, expect, test } from 'vitest';
import { auto } from '../../../router/strategies/auto.ts';
import { drawBeta, drawsOf } from '../../../router/strategies/chance.ts';
import { fixed } from '../../../router/strategies/fixed.ts';
import { nextTurn, roundRobin } from '../../../router/strategies/round-robin.ts';
import { strategies } from '../../../router/strategies/strategies.ts';
import { describeStrategy } from './route-strategy-cases.ts';

for (const [name, strategy] of Object.entries(strategies)) describeStrategy(name, strategy);

const calm = { turn: 0, seed: 0, figures: {} };

describe('fixed', () => {
  test('takes the first, whatever else is known', () => {
    const figures = { a: { calls: 9, succeeded: 0, mean_ms: 9 }, b: { calls: 9, succeeded: 9, mean_ms: 1 } };
    expect(fixed.pick(['a', 'b'], { tier: ['a', 'b'], turn: 1, seed: 5, figures }).toolId).toBe('a');
  });
});

describe('round_robin', () => {
  const tier = ['a', 'b', 'c'];

  test('takes the next in turn, and then names the turn after it', () => {
    const picks = [0, 1, 2, 3, 4].map((turn) => roundRobin.pick(['a', 'b', 'c'], { ...calm, tier, turn }));
    expect(picks.map(({ toolId }) => toolId)).toEqual(['a', 'b', 'c', 'a', 'b']);
    expect(picks.map((pick) => nextTurn(pick))).toEqual([1, 2, 3, 4, 5]);
  });

  test('passes over a tool that is cut, and the others still come in turn', () => {
    let turn: number | null = 0;
    const taken: string[] = [];
    for (let task = 0; task < 6; task++) {
      const pick = roundRobin.pick(['b', 'c'], { ...calm, tier, turn: turn ?? 0 });
      taken.push(pick.toolId);
      turn = nextTurn(pick);
    }
    expect(taken).toEqual(['b', 'c', 'b', 'c', 'b', 'c']);
  });

  test('leaves the stored turn as it is after a decision that used none', () => {
    expect(nextTurn({ turn: null })).toBeNull();
  });
});

describe('auto', () => {
  const tier = ['a', 'b', 'c'];
  const good = { calls: 100, succeeded: 95, mean_ms: 500 };
  const picked = (figures: Parameters<typeof auto.pick>[1]['figures'], seed: number) =>
    auto.pick(['a', 'b', 'c'], { tier, turn: 0, seed, figures });
  const shares = (figures: Parameters<typeof auto.pick>[1]['figures']) =>
    Array.from({ length: 400 }, (_, seed) => picked(figures, seed).toolId).filter((toolId) => toolId === 'a').length / 400;

  test('explores what has fewer than 3 calls, the fewest first, then in order', () => {
    expect(picked({}, 1)).toMatchObject({ toolId: 'a', seed: null });
    expect(
      picked({ a: { calls: 2, succeeded: 0, mean_ms: 1 }, b: { calls: 1, succeeded: 0, mean_ms: 1 }, c: good }, 1),
    ).toMatchObject({
      toolId: 'b',
      because: 'auto explores b: 1 of the 3 calls it needs are measured',
      figures: { b: { calls: 1, succeeded: 0, mean_ms: 1 } },
    });
    expect(picked({ a: good, b: good, c: { calls: 2, succeeded: 0, mean_ms: 1 } }, 1)).toMatchObject({ toolId: 'c', seed: null });
    expect(picked({ a: good, b: good, c: { calls: 3, succeeded: 0, mean_ms: 1 } }, 1).seed).toBe(1);
  });

  test('takes the tool with the better record nearly always, and says what it was', () => {
    const bad = { calls: 100, succeeded: 50, mean_ms: 500 };
    expect(shares({ a: good, b: bad, c: bad })).toBe(1);
    expect(picked({ a: good, b: bad, c: bad }, 1).because).toMatch(
      /^auto takes a: 95 of 100 calls succeeded, 500 ms on average; it drew 0\.\d{3} and scores 0\.\d{3}, the most of all$/,
    );
  });

  test('keeps trying a tool of which little is known', () => {
    const bad = { calls: 3, succeeded: 1, mean_ms: 500 };
    const share = shares({ a: { calls: 40, succeeded: 28, mean_ms: 500 }, b: bad, c: bad });
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(0.9);
  });

  test('lets speed decide between equals, but not against a record that is better by more than a tenth', () => {
    const [quick, slow] = [
      { calls: 1_000, succeeded: 900, mean_ms: 100 },
      { calls: 1_000, succeeded: 900, mean_ms: 10_000 },
    ];
    expect(shares({ a: quick, b: slow, c: slow })).toBe(1);
    expect(shares({ a: slow, b: { ...quick, succeeded: 700 }, c: { ...quick, succeeded: 700 } })).toBeGreaterThan(0.99);
  });

  test('draws a tool by seed and place alone: cutting another one changes nothing for it', () => {
    const figures = { a: good, b: good, c: good };
    for (let seed = 0; seed < 50; seed++) {
      const all = auto.pick(['a', 'b', 'c'], { tier, turn: 0, seed, figures });
      const others = (['a', 'b', 'c'] as const).filter((toolId) => toolId !== all.toolId).slice(0, 1);
      const fewer = auto.pick([all.toolId, ...others], { tier, turn: 0, seed, figures });
      expect(fewer.because).toBe(all.because);
    }
  });

  test('bears figures that make no sense', () => {
    const odd = { calls: 3, succeeded: 9, mean_ms: 0 };
    expect(tier).toContain(picked({ a: odd, b: odd, c: odd }, 3).toolId);
  });
});

describe('draws', () => {
  const sample = (count: number, alpha: number, beta: number) =>
    Array.from({ length: count }, (_, seed) => drawBeta(drawsOf(seed, 0), alpha, beta)).sort((a, b) => a - b);

  test('are the same for the same seed and index, and others for another', () => {
    const first = (seed: number, index: number) => drawsOf(seed, index)();
    expect(first(7, 1)).toBe(first(7, 1));
    const seen = [0, 1, 2, 2 ** 31, 2 ** 32 - 1].flatMap((seed) => [0, 1, 2, 99].map((index) => first(seed, index)));
    expect(new Set(seen).size).toBe(seen.length);
    expect(Math.min(...seen)).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBeLessThan(1);
  });

  // Distributions whose function is a formula. The bound is that of Kolmogorov and Smirnov at 0.1 %: 1.95 / sqrt(n).
  test.each([
    ['Beta(1, 1)', 1, 1, (x: number) => x],
    ['Beta(7, 1)', 7, 1, (x: number) => x ** 7],
    ['Beta(1, 30)', 1, 30, (x: number) => 1 - (1 - x) ** 30],
    ['Beta(2, 2)', 2, 2, (x: number) => 3 * x ** 2 - 2 * x ** 3],
  ])('over seeds are distributed as %s', (_, alpha, beta, below) => {
    const count = 4_000;
    const distances = sample(count, alpha, beta).map((x, index) =>
      Math.max(Math.abs(below(x) - index / count), Math.abs(below(x) - (index + 1) / count)),
    );
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(count));
  });

  test('have the mean and variance of a large record', () => {
    const [alpha, beta, count] = [91, 11, 4_000];
    const draws = sample(count, alpha, beta);
    const mean = draws.reduce((sum, x) => sum + x, 0) / count;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
    const expected = (alpha * beta) / ((alpha + beta) ** 2 * (alpha + beta + 1));
    expect(Math.abs(mean - alpha / (alpha + beta))).toBeLessThan(4 * Math.sqrt(expected / count));
    expect(variance / expected).toBeGreaterThan(0.9);
    expect(variance / expected).toBeLessThan(1.1);
  });

  test('of neighbouring tools have nothing to do with each other', () => {
    const count = 4_000;
    const pairs = Array.from({ length: count }, (_, seed) => [drawsOf(seed, 0)() - 0.5, drawsOf(seed, 1)() - 0.5] as const);
    const correlation = (12 * pairs.reduce((sum, [a, b]) => sum + a * b, 0)) / count;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
  });
});
