/**
 * Steps that are functions of the program, through the public API (bench/programs/api-steps.ts): from the open run to the last recorded end, synced as always.
 * Opening (reading, checking and planning the object, and the store) is a row of its own.
 */
import { interleave } from '../interleave.mjs';
import { atLeast, atMost, atMostTimes, row } from '../result.mjs';

/** @typedef {import('../suite.mjs').ApiRequest} ApiRequest */

/** @type {import('../items.mjs').Item} */
export const inProcess = {
  name: 'in-process',
  title: '10,000 no-op functions through the API, synced; then 100,000 in one run',
  async measure(suite) {
    const steps = suite.size(10_000);
    const measure = (/** @type {ApiRequest['shape']} */ shape) => () =>
      suite.inFolder(async (folder) => (steps / (await suite.runApi({ shape, steps, atATime: 8, folder })).wallMs) * 1000);
    const shapes = /** @type {const} */ (['chain', 'fan-out']);
    const samplesOf = await interleave(
      shapes.map((shape) => ({ name: shape, measure: measure(shape) })),
      suite.rounds,
    );
    const rows = [
      row('chain', 'steps/s', samplesOf('chain'), { targets: [atLeast(3000)] }),
      row('fan-out, 8 at a time', 'steps/s', samplesOf('fan-out'), { targets: [atLeast(10_000)] }),
    ];
    const all = suite.size(100_000);
    for (const shape of shapes) {
      const report = await suite.inFolder((folder) => suite.runApi({ shape, steps: all, atATime: 8, folder }));
      const last = report.lastTenthMs / (all / 10);
      const ratio = { text: 'to the first tenth', value: report.lastTenthMs / report.firstTenthMs };
      rows.push(
        row(`${shape} of ${all}: a step of the last tenth`, 'ms', [last], { ratio, targets: [atMostTimes(1.2)] }),
        row(`${shape} of ${all}: opening`, 'ms', [report.openMs]),
        row(`${shape} of ${all}: peak RSS`, 'MiB', [report.peakKib / 1024], { targets: [atMost(400)] }),
      );
    }
    return rows;
  },
};
