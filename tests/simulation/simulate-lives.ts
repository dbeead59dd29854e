import type { PlantedBug } from './planted-bug.ts';
import { isRoutedSeed, simulateRun, type SimulatedRun } from './simulated-run.ts';

/** What many runs came to. */
export interface SimulatedLives {
  readonly lives: number;
  /** The lives in whose runs a router picked tools. */
  readonly routedLives: number;
  readonly runs: number;
  /** How the runs ended, by name. */
  readonly ends: ReadonlyMap<string, number>;
  /** Runs that broke a promise; the first few. */
  readonly broken: readonly SimulatedRun[];
  readonly durationMs: number;
}

/** Which lives to simulate; `onRun` is told of each run. */
export interface LivesWanted {
  readonly lives: number;
  readonly seed: number;
  readonly onRun?: (run: SimulatedRun) => void;
}

const mostBroken = 3;

/** Simulates runs with the seeds from `seed` on until `lives` engines have lived, or a few runs have broken a promise. */
export async function simulateLives({ lives, seed, onRun }: LivesWanted): Promise<SimulatedLives> {
  const begunMs = performance.now();
  const ends = new Map<string, number>();
  const broken: SimulatedRun[] = [];
  let lived = 0;
  let routedLives = 0;
  let runs = 0;
  while (lived < lives && broken.length < mostBroken) {
    const run = await simulateRun(seed + runs);
    runs += 1;
    lived += run.lives;
    if (run.isRouted) routedLives += run.lives;
    ends.set(run.end, (ends.get(run.end) ?? 0) + 1);
    onRun?.(run);
    if (run.broken.length > 0) broken.push(run);
  }
  return { lives: lived, routedLives, runs, ends, broken, durationMs: performance.now() - begunMs };
}

/** How a planted bug was found; `run` is null when it was not. */
export interface Hunt {
  readonly lives: number;
  readonly durationMs: number;
  readonly run: SimulatedRun | null;
}

/**
 * Simulates runs with a planted bug from seed 1 on, until a promise is broken or `mostLives` engines have lived. A bug in how tools are picked is looked for where
 * that is done, every other one in the shorter runs where it is not.
 */
export async function huntBug(bug: PlantedBug, mostLives: number): Promise<Hunt> {
  const begunMs = performance.now();
  let lives = 0;
  for (let seed = 1; lives < mostLives; seed++) {
    if (isRoutedSeed(seed) !== (bug.isRouted === true)) continue;
    const run = await simulateRun(seed, bug.patch());
    lives += run.lives;
    if (run.broken.length > 0) return { lives, durationMs: performance.now() - begunMs, run };
  }
  return { lives, durationMs: performance.now() - begunMs, run: null };
}
