// Joins the shares of the comparison and names the pair that is most alike: nearest.mjs SHARES.
import { argument, byCodeUnit, output, readJson, runStep, writeWhole } from './files.mjs';

/** @typedef {{ code: string, name: string, nearest: { code: string, similarity: number }[] }} Found */

await runStep(async () => {
  const shares = Number(argument(1));
  /** @type {Found[][]} */
  const parts = await Promise.all(Array.from({ length: shares }, (_, index) => readJson(`similar-${index + 1}.json`)));
  const all = parts.flat().sort((a, b) => byCodeUnit(a.code, b.code));
  const nameOf = new Map(all.map((country) => [country.code, country.name]));
  const pairs = all.flatMap(({ code, name, nearest }) => {
    const [best] = nearest;
    return best === undefined ? [] : [{ code, names: `${name} and ${nameOf.get(best.code)}`, similarity: best.similarity }];
  });
  const [first] = pairs.sort((a, b) => b.similarity - a.similarity || byCodeUnit(a.code, b.code));
  if (first === undefined) throw new Error('no two profiles were compared');
  await writeWhole('nearest.json', `${JSON.stringify(all, null, 1)}\n`);
  await output({ pair: first.names, similarity: first.similarity });
});
