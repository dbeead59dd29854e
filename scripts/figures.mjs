/**
 * Measures the figures of the README: `node scripts/figures.mjs [--from FOLDER]`.
 *
 * Runs the suites that try to break the promises of docs/storage.md, with STATEYARD_FIGURES naming a folder into which each writes
 * NAME.json: `{"name", "counts", "violations"}`. Collects them in docs/figures.json and writes the table of README.md.
 * Nothing is written when a test fails, or when there is no figure. With --from the tests are not run: their files are read from there.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { generate, sortFigures } from './generators/figures.mjs';

/** @typedef {import('./generators/figures.mjs').Figure} Figure */
/** @typedef {{ name: string, counts: Record<string, number>, violations: number }} Writable */

const root = path.resolve(import.meta.dirname, '..');
const suites = ['tests/simulation', 'tests/crash'];

/** @param {string} folder */
async function measure(folder) {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, STATEYARD_FIGURES: folder };
  const child = spawn(process.execPath, [vitest, 'run', ...suites], { cwd: root, env, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('a test failed: the figures stay as they were');
}

/**
 * @param {unknown} value
 * @returns {value is Figure}
 */
function isFigure(value) {
  const { name, counts, violations } = /** @type {Partial<Figure>} */ (value ?? {});
  if (typeof name !== 'string' || name === '' || counts === null || typeof counts !== 'object') return false;
  const numbers = Object.values(counts);
  return numbers.length > 0 && numbers.every((count) => Number.isFinite(count)) && Number.isSafeInteger(violations);
}

/**
 * The parts of a suite that is split.
 * @param {Writable} sum
 * @param {Pick<Figure, 'counts' | 'violations'>} part
 */
function addUp(sum, { counts, violations }) {
  for (const [what, count] of Object.entries(counts)) sum.counts[what] = (sum.counts[what] ?? 0) + count;
  sum.violations += violations;
}

/**
 * @param {string} folder
 * @returns {Promise<Figure[]>}
 */
export async function readFigures(folder) {
  const figures = /** @type {Writable[]} */ ([]);
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
    /** @type {unknown} */
    const value = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
    if (!isFigure(value)) throw new Error(`${file} holds no figures: {"name", "counts": {…}, "violations"} is expected`);
    const { name, counts, violations } = value;
    const same = figures.find((figure) => figure.name === name);
    if (same === undefined) figures.push({ name, counts: { ...counts }, violations });
    else addUp(same, { counts, violations });
  }
  return sortFigures(figures);
}

/** @param {readonly Figure[]} figures */
async function store(figures) {
  const text = await format(JSON.stringify({ figures }), { parser: 'json', printWidth: 130 });
  await writeFile(path.join(root, 'docs', 'figures.json'), text);
  for (const [file, content] of await generate(root)) await writeFile(path.join(root, file), content);
}

async function main() {
  const { values } = parseArgs({ options: { from: { type: 'string' } } });
  const folder = values.from ?? (await mkdtemp(path.join(os.tmpdir(), 'stateyard-figures-')));
  try {
    if (values.from === undefined) await measure(folder);
    const figures = await readFigures(folder);
    if (figures.length === 0) throw new Error('no suite wrote figures');
    await store(figures);
    for (const { name, counts, violations } of figures)
      console.log(`${name}: ${JSON.stringify(counts)}, ${violations} violations`);
  } finally {
    if (values.from === undefined) await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main();
  } catch (error) {
    console.error(`figures: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
