/**
 * What a start of a process costs where shells that live long start them: `node shell-pool.mjs STEPS SHELLS` keeps SHELLS shells, tells each to run
 * /bin/true as soon as the one before has ended, STEPS times in all. Prints the milliseconds from the first to the last, without the start of anything.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const steps = Number(process.argv[2]);
const shells = Number(process.argv[3]);
let started = 0;

function startShell() {
  const child = spawn('/bin/sh', [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const run = async () => {
    child.stdin.write('/bin/true; echo $?\n');
    const { value } = /** @type {{ value: string | undefined }} */ (await answers.next());
    if (value !== '0') throw new Error(`/bin/true ended with ${String(value)}`);
  };
  return { run, end: () => child.stdin.end() };
}

const pool = Array.from({ length: shells }, startShell);
await Promise.all(pool.map(({ run }) => run()));
const from = performance.now();
await Promise.all(
  pool.map(async ({ run }) => {
    while (started < steps) {
      started += 1;
      await run();
    }
  }),
);
console.log(String(performance.now() - from));
for (const { end } of pool) end();
