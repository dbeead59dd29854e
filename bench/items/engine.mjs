/**
 * The engine alone: no-op steps without processes, through the real session, charts, recorder and synced store (bench/programs/engine-alone.ts). From the
 * engine's start to the last recorded end, without opening and putting away.
 */
import { interleave } from '../interleave.mjs';
import { atLeast, atMost, atMostTimes, row } from '../result.mjs';

/** @typedef {import('../items.mjs').Item} Item */
/** @typedef {import('../suite.mjs').EngineRequest} EngineRequest */

/** @type {Item} */
export const engine = {
  name: 'engine',
  title: '10,000 no-op steps through the engine, in process, synced',
  async measure(suite) {
    const steps = suite.size(10_000);
    const contestant = (/** @type {string} */ name, /** @type {Omit<EngineRequest, 'steps'>} */ request) => ({
      name,
      measure: () =>
        suite.inFolder(async (folder) => (steps / (await suite.runEngine({ ...request, steps }, folder)).wallMs) * 1000),
    });
    const contestants = [
      contestant('chain', { shape: 'chain', atATime: 8 }),
      contestant('fan-out, 8 at a time', { shape: 'fan-out', atATime: 8 }),
      contestant('fan-out, 64 at a time', { shape: 'fan-out', atATime: 64 }),
    ];
    const samplesOf = await interleave(contestants, suite.rounds);
    const bounds = new Map([
      ['chain', 3000],
      ['fan-out, 8 at a time', 10_000],
    ]);
    return contestants.map(({ name }) => {
      const bound = bounds.get(name);
      return row(name, 'steps/s', samplesOf(name), { targets: bound === undefined ? [] : [atLeast(bound)] });
    });
  },
};

/** @type {Item} */
export const linear = {
  name: 'linear',
  title: '100,000 no-op steps in one run, measured once each',
  async measure(suite) {
    const steps = suite.size(100_000);
    const rows = [];
    for (const shape of /** @type {const} */ (['fan-out', 'chain'])) {
      const report = await suite.inFolder((folder) => suite.runEngine({ shape, steps, atATime: 8 }, folder));
      const last = report.lastTenthMs / (steps / 10);
      const first = report.firstTenthMs / (steps / 10);
      const ratio = { text: 'to the first tenth', value: last / first };
      rows.push(
        row(`${shape}: a step of the last tenth`, 'ms', [last], { ratio, targets: [atMostTimes(1.2)] }),
        row(`${shape}: all`, 'steps/s', [(steps / report.wallMs) * 1000]),
        row(`${shape}: peak RSS`, 'MiB', [report.peakKib / 1024], { targets: [atMost(400)] }),
      );
    }
    return rows;
  },
};
