/**
 * Runs a chain and a fan-out of many steps with the built program and prints what they cost:
 * `node bench/large-runs.mjs [STEPS]` (STEPS: 10000; STATEYARD_TEST_BINARY names another build than dist/stateyard.js).
 * The time of a step is taken from the times of the recorded ends, so the first and the last tenth of a run can be compared.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '..');
const binary = process.env['STATEYARD_TEST_BINARY'] ?? path.join(root, 'dist/stateyard.js');
const steps = Number(process.argv[2] ?? 10_000);

/** @param {(at: number) => string} needs */
function workflow(needs) {
  const entries = Array.from({ length: steps }, (_, at) => `  s${at}: { ${needs(at)}command: ["true"] }`);
  return `name: large\nmax_parallel: 8\nsteps:\n${entries.join('\n')}\n`;
}

/**
 * The ends of the steps in milliseconds, and the exit code.
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
async function endsOf(args, env) {
  const child = spawn(process.execPath, [binary, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {Promise<number | null>} */
  const closed = new Promise((resolve) => {
    child.on('close', resolve);
  });
  /** @type {number[]} */
  const ends = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"step_state_changed"') || !line.includes('"to":"succeeded"')) continue;
    ends.push(Date.parse(/"ts":"([^"]+)"/.exec(line)?.[1] ?? ''));
  }
  return { ends, code: await closed };
}

/**
 * @param {string} name
 * @param {string} text
 */
async function measure(name, text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'stateyard-large-'));
  try {
    const file = path.join(folder, `${name}.yaml`);
    const usageFile = path.join(folder, 'usage');
    writeFileSync(file, text);
    const report = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(usageFile)}, String(process.resourceUsage().maxRSS)));`;
    const preload = path.join(folder, 'report.mjs');
    writeFileSync(preload, report);
    const from = performance.now();
    const { ends, code } = await endsOf(['run', file, '--json', '--store', path.join(folder, 'store')], {
      NODE_OPTIONS: `--import=${preload}`,
    });
    const totalMs = performance.now() - from;
    print(name, {
      totalMs,
      ends,
      code,
      peakKib: existsSync(usageFile) ? Number(readFileSync(usageFile, 'utf8')) : Number.NaN,
      bytes: statSync(file).size,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name
 * @param {{ totalMs: number, ends: number[], code: number | null, peakKib: number, bytes: number }} figures
 */
function print(name, { totalMs, ends, code, peakKib, bytes }) {
  const tenth = Math.floor(ends.length / 10);
  /** @type {(from: number) => number} */
  const perStepMs = (from) => ((ends[from + tenth - 1] ?? Number.NaN) - (ends[from] ?? Number.NaN)) / (tenth - 1);
  // The very first steps pay for the warming up of the program, not for the size of the run.
  const first = perStepMs(Math.min(tenth, 100));
  const last = perStepMs(ends.length - tenth);
  const kib = Math.round(bytes / 1024);
  console.log(
    `${name} of ${steps} (${kib} KiB): exit ${String(code)}, ${ends.length} ended, ${(totalMs / 1000).toFixed(1)} s, ${(totalMs / steps).toFixed(2)} ms a step`,
  );
  console.log(
    `  first tenth ${first.toFixed(2)} ms, last tenth ${last.toFixed(2)} ms a step: ${(last / first).toFixed(2)}x; peak ${Math.round(peakKib / 1024)} MiB`,
  );
}

if (!existsSync(binary)) throw new Error(`${binary} is missing: npm run build`);
await measure(
  'chain',
  workflow((at) => (at === 0 ? '' : `needs: s${at - 1}, `)),
);
await measure(
  'fan-out',
  workflow((at) => (at === 0 ? '' : 'needs: s0, ')),
);
