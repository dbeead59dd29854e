// Finds the three profiles that are most like each profile of one share of all: similar.mjs SHARE SHARES.
import { argument, byCodeUnit, readJson, runStep, writeWhole } from './files.mjs';

/** @typedef {{ code: string, name: string, ids: number[], weights: number[] }} Vector */

/**
 * @param {Float64Array} dense one vector, spread over all terms
 * @param {Vector} vector
 */
function cosine(dense, { ids, weights }) {
  let sum = 0;
  for (let index = 0; index < ids.length; index += 1) sum += (dense[ids[index] ?? 0] ?? 0) * (weights[index] ?? 0);
  return Number(sum.toFixed(4));
}

await runStep(async () => {
  const share = Number(argument(1));
  const shares = Number(argument(2));
  /** @type {{ terms: number, vectors: Vector[] }} */
  const { terms, vectors } = await readJson('vectors.json');
  const found = [];
  for (const [position, vector] of vectors.entries()) {
    if (position % shares !== share - 1) continue;
    const dense = new Float64Array(terms);
    for (const [index, id] of vector.ids.entries()) dense[id] = vector.weights[index] ?? 0;
    const others = vectors
      .filter((other) => other !== vector)
      .map((other) => ({ code: other.code, similarity: cosine(dense, other) }));
    others.sort((a, b) => b.similarity - a.similarity || byCodeUnit(a.code, b.code));
    found.push({ code: vector.code, name: vector.name, nearest: others.slice(0, 3) });
  }
  await writeWhole(`similar-${share}.json`, JSON.stringify(found));
  console.log(`compared ${found.length} profiles with ${vectors.length - 1} others each`);
});
