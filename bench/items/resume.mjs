/**
 * `resume` after `kill -9` of a run of 10,000 steps of which nine tenths have ended: how long until the first new step, and how many steps were executed
 * more than once. Each step adds its name to a file. Every sample is a resume of its own, killed in turn as soon as a new step has run; the last one is
 * started at once after a kill, while steps of the dead engine may still run, and carries the run to its end. make, which keeps a file for each step,
 * is treated the same way.
 */
import { existsSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyAbsent } from '../competitors.mjs';
import { atMost, row } from '../result.mjs';
import { ProgramFailed, startProgram } from '../run-program.mjs';
import { workflowText } from '../workflow-texts.mjs';

/** @typedef {import('../suite.mjs').Suite} Suite */
/** @typedef {{ folder: string, trace: string, first: readonly string[], again: readonly string[] }} Work two command lines: to begin, and to go on after a crash */

/** The steps of a dead engine have ended when nothing was added for so long, in milliseconds. */
const quietMs = 500;

/** @param {string} file */
const sizeOf = (file) => (existsSync(file) ? statSync(file).size : 0);

/**
 * Resolves when the trace has grown to `bytes`; watches it until `signal` ends that.
 * @param {Work} work
 * @param {number} bytes
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function grown({ folder, trace }, bytes, signal) {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (sizeOf(trace) >= bytes) resolve();
    };
    const watcher = watch(folder, { signal }, check);
    watcher.once('error', reject);
    check();
  });
}

/** @param {Work} work */
async function quiet({ trace }) {
  for (let before = -1, now = sizeOf(trace); now !== before; now = sizeOf(trace)) {
    before = now;
    await sleep(quietMs);
  }
}

/**
 * Starts a command and kills it with SIGKILL when the trace holds `bytes`; the milliseconds until then.
 * @param {Suite} suite
 * @param {Work} work
 * @param {{ argv: readonly string[], bytes: number }} life
 */
async function killedAt(suite, work, { argv, bytes }) {
  const from = performance.now();
  const { child, ended } = startProgram(argv, { cwd: work.folder, signal: suite.signal });
  // A command that ends by itself has ended too early, whatever its exit code.
  const early = ended.then(() => {
    throw new ProgramFailed(`${argv.join(' ')} ended before it could be killed`);
  });
  early.catch(() => undefined);
  const watching = new AbortController();
  try {
    await Promise.race([grown(work, bytes, watching.signal), early]);
  } finally {
    watching.abort();
  }
  const tookMs = performance.now() - from;
  child.kill('SIGKILL');
  await ended.catch((/** @type {unknown} */ error) => {
    if (!(error instanceof ProgramFailed)) throw error;
  });
  return tookMs;
}

/**
 * The times to the first new step, and how many executions were one too many.
 * @param {Suite} suite
 * @param {Work} work
 * @param {number} steps
 */
async function killAndResume(suite, work, steps) {
  const lineBytes = 8;
  await killedAt(suite, work, { argv: work.first, bytes: lineBytes * Math.floor(steps * 0.9) });
  const times = [];
  for (let round = -1; round < suite.rounds; round += 1) {
    await quiet(work);
    const tookMs = await killedAt(suite, work, { argv: work.again, bytes: sizeOf(work.trace) + 1 });
    if (round >= 0) times.push(tookMs);
  }
  await suite.run(work.again, { cwd: work.folder });
  const lines = readFileSync(work.trace, 'utf8').trimEnd().split('\n');
  const executed = new Set(lines).size;
  if (executed !== steps) throw new ProgramFailed(`${executed} of ${steps} steps were executed`);
  return { times, twice: lines.length - executed };
}

/** Adds a name of seven characters and a line break to the trace: names of one length let its size tell their number. */
const script = 'echo "$1" >>trace';

/** @param {number} at */
const nameOf = (at) => `n${String(at).padStart(6, '0')}`;

/**
 * @param {Suite} suite
 * @param {number} steps
 * @returns {Promise<Work>}
 */
async function stateyardWork(suite, steps) {
  const file = suite.file(
    'workflow.yaml',
    workflowText('fan-out', steps, (at) => ['/bin/sh', '-c', script, 'sh', nameOf(at)]),
  );
  const folder = path.dirname(file);
  const command = [process.execPath, await suite.product()];
  const store = ['--quiet', '--store', path.join(folder, 'store')];
  const first = [...command, 'run', file, ...store];
  return { folder, trace: path.join(folder, 'trace'), first, again: [...command, 'resume', '@latest', ...store] };
}

/**
 * @param {Suite} suite
 * @param {number} steps
 * @returns {Work}
 */
function makeWork(suite, steps) {
  const names = Array.from({ length: steps }, (_, at) => nameOf(at));
  const folder = suite.folder();
  writeFileSync(
    path.join(folder, 'Makefile'),
    `all: ${names.join(' ')}\n${names.map((name) => `${name}:\n\t@echo ${name} >>trace; touch ${name}`).join('\n')}\n`,
  );
  const argv = ['make', '-s', '-j8'];
  return { folder, trace: path.join(folder, 'trace'), first: argv, again: argv };
}

/** @type {import('../items.mjs').Item} */
export const resume = {
  name: 'resume',
  title: '`resume` after kill -9 of a run of 10,000 steps, nine tenths ended',
  async measure(suite) {
    const steps = suite.size(10_000);
    const own = await killAndResume(suite, await stateyardWork(suite, steps), steps);
    const rows = [
      row('stateyard: to the first new step', 'ms', own.times, { targets: [atMost(300)] }),
      row('stateyard: steps run again', 'steps', [own.twice], { targets: [atMost(0)] }),
    ];
    const absent = whyAbsent('make');
    if (absent !== null) return [...rows, { what: 'make -j8', skipped: absent }];
    const theirs = await killAndResume(suite, makeWork(suite, steps), steps);
    return [
      ...rows,
      row('make -j8: to the first new step', 'ms', theirs.times),
      row('make -j8: steps run again', 'steps', [theirs.twice]),
    ];
  },
};
