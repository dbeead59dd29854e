/**
 * `npm test`: every check of the repository under one command, or those that are named (`npm test -- lint types`).
 * Exit 0: all passed; 1: one failed; 2: an unknown name. The output of a check that failed is printed whole.
 */
import os from 'node:os';
import process from 'node:process';
import { checks } from './checks.mjs';
import { runChecks } from './run-checks.mjs';

const marks = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };

/** @param {import('./run-checks.mjs').Result} result */
function report({ check, state, output, durationMs }) {
  if (output.trim() !== '' && (state === 'failed' || check.printed)) console.log(`\n--- ${check.name}\n${output.trimEnd()}\n---`);
  console.log(
    `${marks[state].padEnd(7)} ${check.name.padEnd(10)} ${(durationMs / 1000).toFixed(1).padStart(6)} s  ${check.what}`,
  );
}

/** @param {readonly string[]} names */
async function main(names) {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    console.error(`unknown check: ${unknown.join(', ')}; there are: ${checks.map((check) => check.name).join(', ')}`);
    return 2;
  }
  const chosen = names.length === 0 ? checks : checks.filter((check) => names.includes(check.name));
  const results = await runChecks(chosen, {
    parallel: Math.max(2, os.availableParallelism()),
    command: (check) => ['npm', 'run', '--silent', check.name],
    ended: report,
  });
  const bad = results.filter((result) => result.state !== 'passed');
  for (const { check, state } of bad) console.log(`\n${state}: ${check.name}; run it alone with: npm run ${check.name}`);
  const skipped = results.filter((result) => result.state === 'skipped').length;
  console.log(
    `\nchecks: ${results.length - bad.length} passed, ${bad.length - skipped} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return bad.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
