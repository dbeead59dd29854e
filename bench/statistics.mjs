/** The few statistics of the suite. A median withstands the one run that a shared machine has stalled; a minimum says what the machine can do. */

/**
 * The middle of the values, or the mean of the two in the middle; NaN where there are none.
 * @param {readonly number[]} values
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/**
 * The median of the ratios of each round: what is measured in one round meets the same load of the machine, so its ratio holds on a busy one too.
 * @param {readonly number[]} values
 * @param {readonly number[]} others of the same rounds
 */
export function medianRatio(values, others) {
  return median(values.map((value, round) => value / (others[round] ?? Number.NaN)));
}
