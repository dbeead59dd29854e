import { expect, test } from 'vitest';
import { loadSimulation } from './loaded-simulation.ts';

test('the same seed gives the same run, to the letter', async () => {
  const { simulateRun } = await loadSimulation();
  for (const seed of [3, 14, 16, 27, 159, 2653]) {
    const first = await simulateRun(seed);
    const second = await simulateRun(seed);
    expect(second).toEqual(first);
    expect(first.trace.length).toBeGreaterThan(5);
  }
});

test('another seed gives another run', async () => {
  const { simulateRun } = await loadSimulation();
  const [first, second] = [await simulateRun(3), await simulateRun(4)];
  expect(second.trace.join('\n')).not.toBe(first.trace.join('\n'));
});

test('a broken promise is found again by its seed, with the same trace', async () => {
  const { huntBug, plantedBugs, simulateRun } = await loadSimulation();
  const bug = plantedBugs.find(({ name }) => name === 'a turn is split over two records');
  if (bug === undefined) throw new Error('the bug is not in the list');
  const { run } = await huntBug(bug, 2000);
  expect(run?.broken).not.toEqual([]);
  expect(await simulateRun(run?.seed ?? 0, bug.patch())).toEqual(run);
});

test('no seed that once found something finds it again', async () => {
  const { regressions, simulateRun } = await loadSimulation();
  for (const { seed, was } of regressions) expect((await simulateRun(seed)).broken, was).toEqual([]);
});
