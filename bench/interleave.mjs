/** Measures several things by turns, so that a load of the machine which comes and goes meets all of them. */

/** @typedef {{ readonly name: string, readonly measure: () => Promise<number> }} Contestant */

/**
 * One round that is dropped (it fills the caches of the machine), then `rounds` rounds: A B C, A B C and so on. The samples by name, one a round.
 * @param {readonly Contestant[]} contestants
 * @param {number} rounds
 */
export async function interleave(contestants, rounds) {
  /** @type {Map<string, number[]>} */
  const samples = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, measure } of contestants) {
      const sample = await measure();
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  return (/** @type {string} */ name) => samples.get(name) ?? [];
}
