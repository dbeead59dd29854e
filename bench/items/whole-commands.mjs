/** Fan-out and chain of /bin/true: the whole command of Stateyard, durable, against make, xargs, a bare Node pool and XState with exported snapshots. */
import { wholeCommands } from '../competitors.mjs';
import { interleave } from '../interleave.mjs';
import { atMost, atMostTimes, ratioTo, row } from '../result.mjs';

/** @typedef {import('../items.mjs').Item} Item */
/** @typedef {import('../result.mjs').Target} Target */

/**
 * @param {import('../suite.mjs').Suite} suite
 * @param {{ shape: import('../workflow-texts.mjs').Shape, steps: number, targets: ReadonlyMap<string, readonly Target[]> }} work
 */
async function compare(suite, { shape, steps, targets }) {
  const { contestants, absent } = wholeCommands(suite, shape, steps);
  const samplesOf = await interleave(contestants, suite.rounds);
  const own = samplesOf('stateyard');
  const rows = contestants.map(({ name }) => {
    const samples = samplesOf(name);
    const ratio = name === 'stateyard' ? null : ratioTo('stateyard to it', own, samples);
    return row(name, 'ms', samples, { ratio, targets: targets.get(name) ?? [] });
  });
  return [...rows, ...absent];
}

/** @type {Item} */
export const fanOut = {
  name: 'fan-out',
  title: '1,000 times /bin/true, eight at a time, then a join: whole command',
  measure: (suite) =>
    compare(suite, {
      shape: 'fan-out',
      steps: suite.size(1000),
      targets: new Map([
        ['stateyard', [atMost(1000)]],
        ['make -j8', [atMostTimes(2)]],
        ['bare Node pool', [atMostTimes(1)]],
      ]),
    }),
};

/** @type {Item} */
export const chain = {
  name: 'chain',
  title: '100 times /bin/true, one after the other: whole command',
  measure: (suite) =>
    compare(suite, { shape: 'chain', steps: suite.size(100), targets: new Map([['bare Node pool', [atMostTimes(1.3)]]]) }),
};
