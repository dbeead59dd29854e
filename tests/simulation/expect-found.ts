import { expect, test } from 'vitest';
import { writeFigures } from '../crash/figures.ts';
import { loadSimulation } from './loaded-simulation.ts';

const mostLives = 5000;
const mostMs = 60_000;

/** One test for each planted bug whose place in the list leaves that remainder: the files that share the list run side by side. */
export async function expectFound(remainder: number, files: number): Promise<void> {
  const { huntBug, plantedBugs } = await loadSimulation();
  const mine = plantedBugs.filter((_, index) => index % files === remainder);
  for (const bug of mine) {
    test(
      `a planted bug is found: ${bug.name}`,
      async () => {
        const { run, durationMs } = await huntBug(bug, mostLives);
        expect(run?.broken ?? []).not.toEqual([]);
        expect(run?.broken.join('\n')).toMatch(bug.by ?? /./);
        expect(durationMs).toBeLessThan(mostMs);
        writeFigures('planted-bugs', { planted: 1, found: 1 }, `-${String(plantedBugs.indexOf(bug))}`);
      },
      mostMs,
    );
  }
}
