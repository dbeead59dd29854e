/**
 * Simulates runs whose engines die (docs/simulation.md): `npm run simulate -- [--lives N] [--seed S] [--trace]`.
 *
 * Seeds are taken one after the other from S on until N engines have lived. Runs that break a promise are printed with their
 * traces, and the exit code is 1; `--trace` prints every run.
 */
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { importTypeScript } from './import-typescript.mjs';

const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const lives = Number(values.lives);
const seed = Number(values.seed);
if (!Number.isSafeInteger(lives) || lives < 1 || !Number.isSafeInteger(seed) || seed < 0) {
  console.error('--lives takes a whole number from 1 on, --seed one from 0 on');
  process.exit(2);
}

const root = path.resolve(import.meta.dirname, '..');
/** @type {typeof import('../tests/simulation/simulation.ts')} */
const { simulateLives } = /** @type {any} */ (await importTypeScript(root, 'tests/simulation/simulation.ts'));
const told = await simulateLives({
  lives,
  seed,
  onRun: (run) => {
    if (values.trace || run.broken.length > 0) console.log(`${run.trace.join('\n')}\n`);
  },
});
for (const run of told.broken) {
  console.log(`seed ${run.seed} breaks a promise: ${run.broken[0]}\n  again: npm run simulate -- --lives 1 --seed ${run.seed}`);
}
const ends = [...told.ends].map(([end, count]) => `${end} ${count}`).join(', ');
const seconds = told.durationMs / 1000;
console.log(
  `${told.lives} lives in ${told.runs} runs (seeds ${seed} to ${seed + told.runs - 1}) in ${seconds.toFixed(1)} s, ` +
    `${Math.round(told.lives / seconds)} a second: ${ends}`,
);
if (told.broken.length > 0) process.exitCode = 1;
