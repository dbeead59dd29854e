/** Gives numbers that are uniform in (0, 1), the next one at each call. */
export type Draws = () => number;

/**
 * A stream of draws that is given by a seed and an index, each a whole number from 0 to 2 ** 32 - 1: the same pair gives the same stream,
 * another pair one that looks unrelated. Mulberry32 (Tommy Ettinger, 2017), whose start is mixed by the finalizer of MurmurHash3 (Austin
 * Appleby, 2011); for weighing chances, never for secrets.
 */
export function drawsOf(seed: number, index: number): Draws {
  let state = mixed(mixed(seed) ^ index);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    // Half a step off the grid, so that neither 0 nor 1 comes out: the logarithm of both is of no use.
    return (((word ^ (word >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/**
 * One draw from Beta(`alpha`, `beta`), both finite and at least 1: the share of one gamma variable in the sum of two (Devroye,
 * Non-Uniform Random Variate Generation, 1986, chapter IX).
 */
export function drawBeta(draws: Draws, alpha: number, beta: number): number {
  const own = drawGamma(draws, alpha);
  return own / (own + drawGamma(draws, beta));
}

/**
 * One draw from Gamma(`shape`, 1), `shape` at least 1, by Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM
 * Transactions on Mathematical Software 26, 2000.
 */
function drawGamma(draws: Draws, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(draws);
    const v = (1 + c * x) ** 3;
    // The paper's squeeze, which saves the logarithms in most cases, is left out: a decision draws a handful of times.
    if (v > 0 && Math.log(draws()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** One draw from the standard normal distribution, by the polar method of Marsaglia and Bray, SIAM Review 6, 1964. */
function drawNormal(draws: Draws): number {
  for (;;) {
    const x = 2 * draws() - 1;
    const square = x ** 2 + (2 * draws() - 1) ** 2;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/** A word whose every bit depends on every bit of `word`. */
function mixed(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const most = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return most ^ (most >>> 16);
}
