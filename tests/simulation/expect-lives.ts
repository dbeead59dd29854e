import { expect } from 'vitest';
import { writeFigures } from '../crash/figures.ts';
import { loadSimulation } from './loaded-simulation.ts';

/** Two files of five tests with so many lives are the 10,000 that every change is held against. */
const livesPerTest = 1000;

/** A thousand lives take seven seconds of one processor; a busy machine may take much longer. */
export const longestMs = 180_000;

/** Simulates that many lives from `seed` on and expects that no promise is broken. */
export async function expectLives(seed: number): Promise<void> {
  const { simulateLives } = await loadSimulation();
  const { broken, lives, routedLives } = await simulateLives({ lives: livesPerTest, seed });
  expect(broken.map((run) => `seed ${String(run.seed)}: ${String(run.broken[0])}\n${run.trace.join('\n')}`)).toEqual([]);
  expect(lives).toBeGreaterThanOrEqual(livesPerTest);
  writeFigures('simulation', { lives, 'routed lives': routedLives }, `-${String(seed)}`);
}
