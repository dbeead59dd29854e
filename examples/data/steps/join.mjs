// Joins the counts of all parts into one weighted vector a country (term frequency times inverse document frequency, length 1):
// join.mjs WORDS... takes the number of words that each part reported, and refuses files that do not have as many.
import process from 'node:process';
import { byCodeUnit, output, readJson, runStep, writeWhole } from './files.mjs';

/** @typedef {{ code: string, name: string, region: string, words: number, counts: [string, number][] }} Counted */

/** @param {readonly Counted[]} countries */
function documentFrequencies(countries) {
  /** @type {Map<string, number>} */
  const frequencies = new Map();
  for (const { counts } of countries) for (const [term] of counts) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  return frequencies;
}

await runStep(async () => {
  const expected = process.argv.slice(2).map(Number);
  /** @type {Counted[][]} */
  const parts = await Promise.all(expected.map((_, index) => readJson(`words-${index + 1}.json`)));
  for (const [index, part] of parts.entries()) {
    const words = part.reduce((sum, country) => sum + country.words, 0);
    if (words !== expected[index])
      throw new Error(`part ${index + 1} has ${words} words, but its step reported ${expected[index]}`);
  }
  const countries = parts.flat().sort((a, b) => byCodeUnit(a.code, b.code));
  const frequencies = documentFrequencies(countries);
  // A term of one country alone makes nobody alike.
  const terms = [...frequencies.keys()].filter((term) => (frequencies.get(term) ?? 0) > 1).sort(byCodeUnit);
  const idOf = new Map(terms.map((term, id) => [term, id]));
  const vectors = countries.map(({ code, name, region, counts }) => {
    /** @type {[number, number][]} */
    const weights = [];
    for (const [term, count] of counts) {
      const id = idOf.get(term);
      if (id !== undefined) weights.push([id, (1 + Math.log(count)) * Math.log(countries.length / (frequencies.get(term) ?? 1))]);
    }
    const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    return {
      code,
      name,
      region,
      ids: weights.map(([id]) => id),
      weights: weights.map(([, weight]) => Number((weight / length).toFixed(6))),
    };
  });
  await writeWhole('vectors.json', JSON.stringify({ terms: terms.length, vectors }));
  const words = expected.reduce((sum, count) => sum + count, 0);
  await output({ profiles: countries.length, words, terms: terms.length });
});
