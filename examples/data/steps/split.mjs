// Cuts the data set into parts of about the same size: split.mjs SOURCE PARTS.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { argument, byCodeUnit, output, runStep, writeWhole } from './files.mjs';
import { isProfile, parseProfile } from './profile.mjs';

await runStep(async () => {
  const source = argument(1);
  const files = (await readdir(source, { recursive: true })).filter(isProfile).sort(byCodeUnit);
  const profiles = await Promise.all(
    files.map(async (file) => parseProfile(file, await readFile(path.join(source, file), 'utf8'))),
  );
  const parts = Array.from({ length: Number(argument(2)) }, () => ({ size: 0, profiles: /** @type {typeof profiles} */ ([]) }));
  // The longest first, each into the part that is smallest so far.
  for (const profile of profiles.toSorted((a, b) => b.text.length - a.text.length || byCodeUnit(a.code, b.code))) {
    const smallest = parts.reduce((best, part) => (part.size < best.size ? part : best));
    smallest.size += profile.text.length;
    smallest.profiles.push(profile);
  }
  for (const [index, part] of parts.entries()) await writeWhole(`part-${index + 1}.json`, JSON.stringify(part.profiles));
  await output({ profiles: profiles.length });
});
