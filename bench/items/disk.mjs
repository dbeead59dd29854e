/** What a step leaves on the disk: in the store's own files when nothing is executed, and in everything when a tool is. */
import path from 'node:path';
import { mkdirSync, readdirSync, lstatSync } from 'node:fs';
import { atMost, row } from '../result.mjs';
import { workflowText } from '../workflow-texts.mjs';

const largest = 1.5 * 1024;

/**
 * The blocks that a folder and all below it take, in bytes.
 * @param {string} folder
 */
function bytesTaken(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.reduce((sum, entry) => sum + lstatSync(path.join(entry.parentPath, entry.name)).blocks * 512, 0);
}

/** @type {import('../items.mjs').Item} */
export const disk = {
  name: 'disk',
  title: 'bytes on the disk a step: journal and database of 10,000 no-op steps; all files of 1,000 times /bin/true',
  async measure(suite) {
    const steps = suite.size(10_000);
    const report = await suite.inFolder((folder) => suite.runEngine({ shape: 'fan-out', steps, atATime: 8 }, folder));
    const tools = suite.size(1000);
    const file = suite.file('workflow.yaml', workflowText('fan-out', tools));
    const taken = await suite.inFolder(async (folder) => {
      const store = path.join(folder, 'store');
      mkdirSync(store, { mode: 0o700 });
      await suite.runProduct(['run', file, '--quiet', '--store', store]);
      return bytesTaken(store);
    });
    return [
      row('journal and database, last step ended', 'bytes', [report.bytesAtEnd / steps], { targets: [atMost(largest)] }),
      row('journal and database, run put away', 'bytes', [report.bytesAfter / steps], { targets: [atMost(largest)] }),
      row('all files, in blocks, with /bin/true', 'bytes', [taken / (tools + 1)]),
    ];
  },
};
