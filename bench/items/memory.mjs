/** The most memory that the engine's process has resident in a fan-out of 1,000, against a bare Node pool. The tools' own processes do not count. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { programs } from '../competitors.mjs';
import { interleave } from '../interleave.mjs';
import { atMost, ratioTo, row } from '../result.mjs';
import { workflowText } from '../workflow-texts.mjs';

/** @type {import('../items.mjs').Item} */
export const memory = {
  name: 'memory',
  title: 'peak RSS of the engine, 1,000 times /bin/true, eight at a time',
  async measure(suite) {
    const steps = suite.size(1000);
    const file = suite.file('workflow.yaml', workflowText('fan-out', steps));
    const product = await suite.product();
    const peakOf = (/** @type {(folder: string) => readonly string[]} */ argvIn) => () =>
      suite.inFolder(async (folder) => {
        const peak = path.join(folder, 'peak');
        const argv = [process.execPath, '--require', programs.reportPeak, ...argvIn(folder)];
        await suite.run(argv, { env: { PEAK_FILE: peak } });
        return Number(readFileSync(peak, 'utf8')) / 1024;
      });
    const contestants = [
      {
        name: 'stateyard',
        measure: peakOf((folder) => [product, 'run', file, '--quiet', '--store', path.join(folder, 'store')]),
      },
      { name: 'bare Node pool', measure: peakOf(() => [programs.nodePool, String(steps), '8']) },
    ];
    const samplesOf = await interleave(contestants, suite.rounds);
    const [own, bare] = [samplesOf('stateyard'), samplesOf('bare Node pool')];
    return [
      row('stateyard', 'MiB', own, { targets: [atMost(75)] }),
      row('bare Node pool', 'MiB', bare, { ratio: ratioTo('stateyard to it', own, bare) }),
    ];
  },
};
