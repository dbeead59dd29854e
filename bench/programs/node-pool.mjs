/**
 * What the work costs without a store: `node node-pool.mjs STEPS AT-A-TIME` starts /bin/true by child_process.spawn, STEPS times, and once more when all
 * have ended (the join). Prints the milliseconds from the first start to the last end, without the start of this program.
 */
import { spawn } from 'node:child_process';

const steps = Number(process.argv[2]);
const atATime = Number(process.argv[3]);
let started = 0;

/** @returns {Promise<void>} */
function runOne() {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/true', [], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`/bin/true ended with ${String(code)}`))));
  });
}

async function work() {
  while (started < steps) {
    started += 1;
    await runOne();
  }
}

const from = performance.now();
await Promise.all(Array.from({ length: atATime }, work));
await runOne();
console.log(String(performance.now() - from));
