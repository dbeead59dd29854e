// Counts the words and the pairs of words of every profile in one part: words.mjs PART.
import { argument, output, readJson, runStep, writeWhole } from './files.mjs';

/** @param {string} text */
function countTerms(text) {
  const words = text.toLowerCase().match(/\p{L}[\p{L}'-]+/gu) ?? [];
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [index, word] of words.entries()) {
    const terms = index === 0 ? [word] : [word, `${words[index - 1]} ${word}`];
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return { words: words.length, counts };
}

await runStep(async () => {
  const part = argument(1);
  /** @type {import('./profile.mjs').Profile[]} */
  const profiles = await readJson(`part-${part}.json`);
  const counted = profiles.map(({ code, name, region, text }) => {
    const { words, counts } = countTerms(text);
    return { code, name, region, words, counts: [...counts].sort(([a], [b]) => (a < b ? -1 : 1)) };
  });
  await writeWhole(`words-${part}.json`, JSON.stringify(counted));
  await output({ words: counted.reduce((sum, profile) => sum + profile.words, 0) });
});
