/**
 * Measures how fast Stateyard is, against other ways to do the same work: `npm run bench -- [--only ITEM[,ITEM]] [--repeat N] [--quick] [--json]`.
 * bench/README.md says what is measured, and how. Exit code 1 when an item has failed (a target that is not met is no failure), 2 for wrong use,
 * 130 or 143 when it was interrupted. Whatever ends it, nothing is left behind.
 */
import { constants, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { items } from './items.mjs';
import { describeMachine } from './machine.mjs';
import { renderTable } from './render-table.mjs';
import { isMet } from './result.mjs';
import { Interrupted, ProgramFailed } from './run-program.mjs';
import { median } from './statistics.mjs';
import { Suite } from './suite.mjs';

/** @typedef {import('./result.mjs').Result} Result */
/** @typedef {import('./items.mjs').Item} Item */

const usage = `usage: npm run bench -- [--only ITEM[,ITEM]] [--repeat N] [--quick] [--json]\nitems: ${items.map(({ name }) => name).join(', ')}`;

class WrongUse extends Error {}

/** @returns {{ only: readonly Item[], repeat: number, quick: boolean, json: boolean }} */
function readOptions() {
  const options = /** @type {const} */ ({
    only: { type: 'string' },
    repeat: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
  const { only, quick, json } = values;
  const repeat = Number(values.repeat ?? (quick ? 2 : 5));
  if (!Number.isSafeInteger(repeat) || repeat < 1) throw new WrongUse('--repeat takes a whole number from 1 on');
  const wanted = only?.split(',');
  const unknown = wanted?.find((name) => !items.some((item) => item.name === name));
  if (unknown !== undefined) throw new WrongUse(`there is no item ${JSON.stringify(unknown)}`);
  return { only: items.filter(({ name }) => wanted?.includes(name) ?? true), repeat, quick, json };
}

/**
 * One item; its failure is part of the result, an interruption is not.
 * @param {Item} item
 * @param {Suite} suite
 * @returns {Promise<Result>}
 */
async function measureItem({ name, title, measure }, suite) {
  process.stderr.write(`${name} …\n`);
  try {
    return { item: name, title, rows: await measure(suite), failure: null };
  } catch (error) {
    if (suite.signal.aborted || error instanceof Interrupted) throw error;
    const text = error instanceof ProgramFailed ? error.message : String(error instanceof Error ? error.stack : error);
    return { item: name, title, rows: [], failure: text };
  }
}

/**
 * `met` is null where the size was not that of the targets.
 * @param {Result} result
 * @param {boolean} judged
 */
function withVerdicts({ rows, ...result }, judged) {
  const told = rows.map((row) =>
    'skipped' in row
      ? row
      : {
          ...row,
          median: median(row.samples),
          minimum: Math.min(...row.samples),
          targets: row.targets.map((target) => ({ ...target, met: judged ? isMet(row, target) : null })),
        },
  );
  return { ...result, rows: told };
}

/** @param {AbortSignal} signal */
async function main(signal) {
  const { only, repeat, quick, json } = readOptions();
  const suite = new Suite({ repeat, quick, signal });
  try {
    const machine = await suite.inFolder((folder) => Promise.resolve(describeMachine(folder)));
    if (machine.fileSystem === 'tmpfs')
      process.stderr.write(`${tmpdir()} is no disk: syncs cost nothing there; name another by TMPDIR\n`);
    const results = [];
    for (const item of only) results.push(await measureItem(item, suite));
    const report = { machine, repeat, quick, results };
    process.stdout.write(
      json
        ? `${JSON.stringify({ ...report, results: results.map((result) => withVerdicts(result, !quick)) }, null, 2)}\n`
        : renderTable(report),
    );
    if (results.some(({ failure }) => failure !== null)) process.exitCode = 1;
  } finally {
    suite.close();
  }
}

const stopping = new AbortController();
/** @type {'SIGINT' | 'SIGTERM' | null} */
let stoppedBy = null;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    stoppedBy ??= signal;
    stopping.abort();
  });
}
try {
  await main(stopping.signal);
} catch (error) {
  if (stoppedBy !== null) process.exitCode = 128 + constants.signals[stoppedBy];
  else if (error instanceof WrongUse) {
    process.stderr.write(`bench: ${error.message}\n${usage}\n`);
    process.exitCode = 2;
  } else throw error;
}
