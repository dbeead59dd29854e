import { expect, test } from 'vitest';
import { loadSimulation } from './loaded-simulation.ts';

test('a bit that is turned over in what a store needs is noticed: the store is refused, or the last record reported as torn', async () => {
  const { flipBits } = await loadSimulation();
  const sums = { refused: 0, reported: 0 };
  for (let seed = 1; seed <= 50; seed++) {
    const { unnoticed, refused, reported } = await flipBits(seed, 15);
    expect(unnoticed, `seed ${String(seed)}`).toEqual([]);
    sums.refused += refused;
    sums.reported += reported;
  }
  expect(sums.refused).toBeGreaterThan(100);
  expect(sums.reported).toBeGreaterThan(0);
}, 120_000);
