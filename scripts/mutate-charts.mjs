/**
 * Says how many single-edge mutants of our machines their generated tests kill (docs/coverage.md): `npm run mutants -- [MACHINE…]`, else run and step.
 *
 * Prints the survivors. The exit code is 1 where fewer than 94 % of the mutants of a machine are killed.
 */
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { importTypeScript } from './import-typescript.mjs';

const leastPercent = 94;

const { positionals } = parseArgs({ allowPositionals: true });
const root = path.resolve(import.meta.dirname, '..');
/** @type {typeof import('../tests/mutants/mutants.ts')} */
const { mutantReport } = /** @type {any} */ (await importTypeScript(root, 'tests/mutants/mutants.ts'));
for (const name of positionals.length === 0 ? ['run', 'step'] : positionals) {
  const { kinds, killed, all, survivors, passesUnmutated } = await mutantReport(root, name);
  const percent = (100 * killed) / all;
  console.log(`${name}: ${killed} of ${all} mutants killed, ${percent.toFixed(1)} %`);
  for (const [kind, counts] of kinds) console.log(`  ${kind}: ${counts.killed} of ${counts.all}`);
  for (const survivor of survivors) console.log(`  survives: ${survivor}`);
  if (!passesUnmutated) console.log('  the generated test fails with the machine as it is: npm run generate');
  if (!passesUnmutated || percent < leastPercent) process.exitCode = 1;
}
