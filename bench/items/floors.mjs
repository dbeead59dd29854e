/** What stands in the way of every engine on this machine: the start of Node, the start of a process, a sync of the disk. */
import { programs } from '../competitors.mjs';
import { interleave } from '../interleave.mjs';
import { measureSync } from '../machine.mjs';
import { row } from '../result.mjs';

/** @type {import('../items.mjs').Item} */
export const floors = {
  name: 'floors',
  title: 'floors of this machine',
  async measure(suite) {
    const steps = suite.size(1000);
    // The pools tell their own time, without the start of Node.
    const pool = (/** @type {string} */ program) => async () => {
      const { stdout } = await suite.run([process.execPath, program, String(steps), '8']);
      return Number(stdout) / steps;
    };
    const contestants = [
      { name: 'node -e 0', measure: async () => (await suite.run([process.execPath, '-e', '0'])).wallMs },
      { name: 'a start by child_process.spawn, 8 at a time', measure: pool(programs.nodePool) },
      { name: 'a start by a shell that lives, 8 at a time', measure: pool(programs.shellPool) },
      { name: 'fdatasync of an appended 1 KiB', measure: () => suite.inFolder((folder) => Promise.resolve(measureSync(folder))) },
    ];
    const samplesOf = await interleave(contestants, suite.rounds);
    return contestants.map(({ name }) => row(name, 'ms', samplesOf(name)));
  },
};
