import { expect, test } from 'vitest';
import { expectFound } from './expect-found.ts';
import { loadSimulation } from './loaded-simulation.ts';

const { plantedBugs } = await loadSimulation();

test('at least twenty bugs are planted, each under a name of its own', () => {
  expect(plantedBugs.length).toBeGreaterThanOrEqual(20);
  expect(plantedBugs.filter(({ isRouted }) => isRouted === true).length).toBeGreaterThanOrEqual(8);
  expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
});

await expectFound(0, 2);
