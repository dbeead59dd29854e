/** Whether what lies in a store slows a new run: a chain of 100 in a store with 100,000 finished steps and in an empty one. */
import path from 'node:path';
import { stateyard } from '../competitors.mjs';
import { interleave } from '../interleave.mjs';
import { atMostTimes, ratioTo, row } from '../result.mjs';
import { workflowText } from '../workflow-texts.mjs';

/** @type {import('../items.mjs').Item} */
export const fullStore = {
  name: 'full-store',
  title: '100 times /bin/true in a chain, with 100,000 finished steps (100 runs) in the store',
  async measure(suite) {
    const file = suite.file('workflow.yaml', workflowText('chain', suite.size(100)));
    const store = await suite.fullStore();
    const full = async () => (await suite.runProduct(['run', path.resolve(file), '--quiet', '--store', store])).wallMs;
    const empty = stateyard(suite, file);
    const samplesOf = await interleave([{ name: 'full', measure: full }, empty], suite.rounds);
    const [filled, fresh] = [samplesOf('full'), samplesOf(empty.name)];
    return [
      row('full store', 'ms', filled, { ratio: ratioTo('to an empty store', filled, fresh), targets: [atMostTimes(1.1)] }),
      row('empty store', 'ms', fresh),
    ];
  },
};
