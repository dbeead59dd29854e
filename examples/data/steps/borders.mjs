// Matches every border as one country's profile gives it with the other's: borders.mjs PARTS.
import { argument, byCodeUnit, output, readJson, runStep, writeWhole } from './files.mjs';

/** Names that other profiles use -> the name that the country's own profile uses. */
const otherNames = new Map([
  ['Democratic Republic of the Congo', 'DRC'],
  ['Dominican Republic', 'The Dominican'],
  ['Republic of the Congo', 'Congo'],
  ['UAE', 'United Arab Emirates'],
  ['UK', 'United Kingdom'],
  ['US', 'United States'],
]);

/**
 * @param {string} text such as "Austria 801 km, Russia (Kaliningrad Oblast) 206 km"
 * @returns {Map<string, number>} kilometres by name; a border in two stretches is added up
 */
function parseBorders(text) {
  /** @type {Map<string, number>} */
  const lengths = new Map();
  for (const [, name = '', kilometres = ''] of text.matchAll(/([A-Z][^\d,;]*?)\s+([\d,.]*\d)\s*km/g)) {
    const plain = name.replace(/\s*\([^)]*\)/g, '').trim();
    const known = otherNames.get(plain) ?? plain;
    lengths.set(known, (lengths.get(known) ?? 0) + Number(kilometres.replaceAll(',', '')));
  }
  return lengths;
}

await runStep(async () => {
  const parts = Array.from({ length: Number(argument(1)) }, (_, index) => readJson(`part-${index + 1}.json`));
  /** @type {import('./profile.mjs').Profile[]} */
  const profiles = (await Promise.all(parts)).flat();
  // The borders of the European Union are those of its members once more.
  const countries = profiles.filter((profile) => profile.code !== 'ee');
  const lengthsOf = new Map(countries.map((country) => [country.name, parseBorders(country.borders)]));
  const borders = [];
  const oneSided = [];
  for (const [from, lengths] of lengthsOf) {
    for (const [to, km] of lengths) {
      const back = lengthsOf.get(to)?.get(from);
      if (back === undefined) oneSided.push({ from, to, km });
      else if (from < to) borders.push({ from, to, km, back });
    }
  }
  for (const list of [borders, oneSided]) list.sort((a, b) => byCodeUnit(a.from, b.from) || byCodeUnit(a.to, b.to));
  await writeWhole('borders.json', `${JSON.stringify({ borders, oneSided }, null, 1)}\n`);
  await output({ borders: borders.length, one_sided: oneSided.length });
});
