import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireOwnerLock } from '../../src/store/owner-lock.ts';

/** Takes a lock again and again; a file made exclusively while it is held shows a second holder. Sometimes dies holding it. */
const [folder = '', way = 'file', id = '0'] = process.argv.slice(2);
const inside = join(folder, 'inside');
let taken = 0;
const end = performance.now() + 2500;
while (performance.now() < end && taken < 60) {
  const lock = await acquireOwnerLock(folder, { way: way === 'file' ? 'file' : 'socket' });
  if (lock === null) {
    await delay(Math.random() * 3);
    continue;
  }
  taken += 1;
  try {
    closeSync(openSync(inside, 'wx'));
  } catch {
    writeFileSync(join(folder, `violation-${id}-${taken}`), '');
  }
  await delay(Math.random() * 2);
  unlinkSync(inside);
  if (Math.random() < 0.1) process.kill(process.pid, 'SIGKILL');
  await lock.release();
  process.stdout.write('.');
}
