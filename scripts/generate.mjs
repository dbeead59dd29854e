/**
 * Writes every generated file (`npm run generate`), or says which ones are not fresh (`--check`, exit 1); with names only those of these generators
 * (`npm run visualize`: charts).
 *
 * A generator is a module scripts/generators/NAME.mjs that exports `generate()`: a promise of pairs [path in the repository, text].
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(import.meta.dirname, 'generators');

/** @typedef {{ generate: (root: string) => Promise<readonly (readonly [string, string])[]> }} Generator */

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true });
const all = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
const unknown = positionals.filter((name) => !all.includes(`${name}.mjs`));
if (unknown.length > 0) throw new Error(`there is no generator ${unknown.join(', ')}; there are ${all.join(', ')}`);
const names = positionals.length === 0 ? all : positionals.map((name) => `${name}.mjs`);
let stale = 0;
for (const name of names) {
  /** @type {Generator} */
  const generator = await import(pathToFileURL(path.join(folder, name)).href);
  for (const [file, text] of await generator.generate(root)) {
    const target = path.join(root, file);
    const present = await readFile(target, 'utf8').catch(() => null);
    if (present === text) continue;
    stale += 1;
    if (values.check) {
      console.error(
        `${file} is ${present === null ? 'missing' : 'not fresh'}: run \`npm run generate\` (scripts/generators/${name})`,
      );
    } else {
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, text);
      console.log(`wrote ${file}`);
    }
  }
}
if (values.check && stale > 0) process.exitCode = 1;
else console.log(stale === 0 ? 'generated files are fresh' : `${stale} written`);
