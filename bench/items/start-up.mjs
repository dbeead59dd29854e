/** What a command costs before it does anything, against the start of Node itself. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stateyard } from '../competitors.mjs';
import { interleave } from '../interleave.mjs';
import { atMostTimes, ratioTo, row } from '../result.mjs';

/** @typedef {import('../suite.mjs').Suite} Suite */

/**
 * A run of one step that writes what time it is: milliseconds from before the start of the command to the step's, the start of /bin/date included.
 * @param {Suite} suite
 * @returns {import('../interleave.mjs').Contestant}
 */
function firstStep(suite) {
  const measure = () =>
    suite.inFolder(async (folder) => {
      const started = path.join(folder, 'started');
      const argv = ['/bin/sh', '-c', 'date +%s.%N >"$1"', 'sh', started];
      const file = suite.file('workflow.yaml', `name: one\nsteps:\n  one: { command: ${JSON.stringify(argv)} }\n`);
      const { timeOrigin } = performance;
      const fromMs = timeOrigin + performance.now();
      await suite.runProduct(['run', file, '--quiet', '--store', path.join(folder, 'store')]);
      return Number(readFileSync(started, 'utf8')) * 1000 - fromMs;
    });
  return { name: 'run: to the first step', measure };
}

/** @type {import('../items.mjs').Item} */
export const startUp = {
  name: 'start-up',
  title: 'start of a command, against `node -e 0`',
  async measure(suite) {
    const store = await suite.fullStore();
    const one = suite.file('workflow.yaml', 'name: one\nsteps:\n  one: { command: [/bin/true] }\n');
    const timed = (/** @type {string[]} */ ...args) => ({
      name: args[0] ?? '',
      measure: async () => (await suite.runProduct(args)).wallMs,
    });
    const node = { name: 'node -e 0', measure: async () => (await suite.run([process.execPath, '-e', '0'])).wallMs };
    const first = process.platform === 'linux' ? [firstStep(suite)] : [];
    const whole = { ...stateyard(suite, one), name: 'run: one step, whole command' };
    const contestants = [node, timed('--version'), timed('--help'), timed('ls', '--store', store), ...first, whole];
    const samplesOf = await interleave(contestants, suite.rounds);
    const bounds = new Map([
      ['--version', 1.3],
      ['--help', 1.3],
      ['ls', 2],
      ['run: to the first step', 1.7],
    ]);
    const rows = contestants.map(({ name }) => {
      const samples = samplesOf(name);
      if (name === node.name) return row(name, 'ms', samples);
      const bound = bounds.get(name);
      const ratio = ratioTo('to node -e 0', samples, samplesOf(node.name));
      const what = name === 'ls' ? 'ls, 100,000 steps (100 runs) in the store' : name;
      return row(what, 'ms', samples, { ratio, targets: bound === undefined ? [] : [atMostTimes(bound)] });
    });
    const skipped = first.length === 0 ? [{ what: 'run: to the first step', skipped: 'date tells no nanoseconds here' }] : [];
    return [...rows, ...skipped];
  },
};
