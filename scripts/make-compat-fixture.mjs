/**
 * Makes the store by which later versions are measured: `node scripts/make-compat-fixture.mjs`, into tests/compat/fixtures/VERSION.
 *
 * Five runs, written by this version itself: one that succeeded, one that failed, one that is paused, one whose budget holds a routed step, and
 * one whose engine was killed while two of its steps were running; of these one has ended by itself since, and one has died. Beside the store stands what this
 * version read from it, so that a later one can be compared. The store of a version that was released is never made anew.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { format } from 'prettier';

const root = path.resolve(import.meta.dirname, '..');
const largestBytes = 300_000;

/** A step that waits while a file is there, and has no file to wait for where it is resumed. */
const waits = (/** @type {string} */ gate) => `
    run: |
      touch "\${FIXTURE_GATES:-/nonexistent}/${gate}.runs" 2>/dev/null || true
      while [ -e "\${FIXTURE_GATES:-/nonexistent}/${gate}" ]; do sleep 0.02; done
      echo "${gate} is done"`;

/** By name: the id of the run, and its workflow. The working directory is one that every machine has. */
const runs = {
  succeeded: {
    id: '01KC0000000000000000000001',
    text: `name: succeeded
working_directory: /
params: { who: { type: string, default: world } }
steps:
  greet:
    run: |
      echo "hello \${{ params.who }}"
      echo "length=5" >> "$STATEYARD_OUTPUT"
    outputs: { length: integer }
  count: { needs: greet, command: [echo, "\${{ steps.greet.outputs.length }}"] }
  never: { needs: greet, if: "\${{ steps.greet.outputs.length > 9 }}", run: echo never }
`,
  },
  failed: {
    id: '01KC0000000000000000000002',
    text: `name: failed
working_directory: /
steps:
  build: { run: echo built }
  unit:
    needs: build
    run: echo "attempt $STATEYARD_ATTEMPT"; exit 3
    retry: { attempts: 2, delay: 1ms }
  ship: { needs: unit, run: echo never }
`,
  },
  paused: {
    id: '01KC0000000000000000000003',
    text: `name: paused
working_directory: /
steps:
  held:${waits('held')}
  after: { needs: held, run: echo after }
`,
  },
  held: {
    id: '01KC0000000000000000000005',
    text: `name: held
working_directory: /
max_parallel: 1
budget: { calls: 1 }
steps:
  first: { task: greet, prompt: Say hello., verify: test -s "$STATEYARD_TOOL_LOG" }
  second: { task: greet, needs: first }
`,
  },
  interrupted: {
    id: '01KC0000000000000000000004',
    text: `name: interrupted
working_directory: /
max_parallel: 2
steps:
  before: { run: echo before }
  ending:
    needs: before${waits('ending')}
  dying:
    needs: before${waits('dying')}
  after: { needs: [ending, dying], run: echo after }
`,
  },
};

/** Which tool greets: the first is on no machine. */
const router = {
  version: '1.0.0',
  apps: {
    absent: { kind: 'tool', command: 'stateyard-fixture-absent', capabilities: { task_kinds: ['greet'] } },
    echo: {
      kind: 'tool',
      command: 'echo',
      args: ['hello'],
      capabilities: { task_kinds: ['greet'] },
      limits: { max_parallel: 1 },
    },
  },
  routing: { rules: [{ id: 'greet', match: { task_kind: ['greet'] }, select_from: ['absent'], fallback_to: ['echo'] }] },
};

/** @typedef {{ readonly top: string, readonly gates: string, readonly store: string, readonly binary: string }} Place */

/**
 * @param {Place} place
 * @param {readonly string[]} args
 */
function start({ top, gates, store, binary }, args) {
  const env = { ...process.env, FIXTURE_GATES: gates, STATEYARD_STORE: store };
  return spawn(process.execPath, [binary, ...args], { cwd: top, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * @param {Place} place
 * @param {readonly string[]} args
 * @param {number} expected exit code
 * @returns {Promise<string>} standard output
 */
async function call(place, args, expected = 0) {
  const child = start(place, args);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    out += text;
  });
  const [code] = await once(child, 'close');
  if (code !== expected) throw new Error(`${out}stateyard ${args.join(' ')} ended with ${code}, not ${expected}`);
  return out;
}

/**
 * @param {string} what
 * @param {() => boolean} condition
 */
async function until(what, condition) {
  for (const end = performance.now() + 20_000; !condition(); await delay(10)) {
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
  }
}

/**
 * @param {Place} place
 * @param {keyof typeof runs} name
 * @param {readonly string[]} gates steps to hold
 */
async function begin(place, name, gates) {
  for (const gate of gates) await writeFile(path.join(place.gates, gate), '');
  const child = start(place, ['run', `${name}.yaml`, '--quiet', '--id', runs[name].id]);
  await until(`the steps of ${name}`, () => gates.every((gate) => existsSync(path.join(place.gates, `${gate}.runs`))));
  return child;
}

/** @param {Place} place */
async function makeRuns(place) {
  await call(place, ['run', 'succeeded.yaml', '--quiet', '--id', runs.succeeded.id]);
  await call(place, ['run', 'failed.yaml', '--quiet', '--id', runs.failed.id], 1);
  await call(place, ['run', 'held.yaml', '--quiet', '--id', runs.held.id], 5);
  const paused = await begin(place, 'paused', ['held']);
  const pausedEnd = once(paused, 'close');
  await call(place, ['pause', runs.paused.id]);
  await unlink(path.join(place.gates, 'held'));
  const [code] = await pausedEnd;
  if (code !== 5) throw new Error(`the paused run ended with ${code}, not 5`);
  const killed = await begin(place, 'interrupted', ['ending', 'dying']);
  // An engine that dies sooner leaves a run without a row in the index, which is another case.
  await until('the row of the interrupted run', () => isIndexed(place.store, runs.interrupted.id));
  const killedEnd = once(killed, 'close');
  killed.kill('SIGKILL');
  await killedEnd;
  const attempts = path.join(place.store, 'runs', runs.interrupted.id, 'attempts');
  await unlink(path.join(place.gates, 'ending'));
  await until('the end of the step that outlives the engine', () => existsSync(path.join(attempts, 'ending.1', 'exit')));
  process.kill(-Number.parseInt(readFileSync(path.join(attempts, 'dying.1', 'pid'), 'utf8'), 10), 'SIGKILL');
}

/**
 * @param {string} store
 * @param {string} id
 */
function isIndexed(store, id) {
  const journals = readdirSync(store).filter((name) => name.startsWith('index-journal-'));
  return journals.some((name) => readFileSync(path.join(store, name), 'utf8').includes(id));
}

/**
 * What this version reads from the store.
 * @param {Place} place
 */
async function readBack(place) {
  const { heads } = JSON.parse(await call(place, ['doctor', '--json']));
  const list = JSON.parse(await call(place, ['ls', '--json']));
  /** @type {Record<string, unknown>} */
  const read = {};
  for (const [name, { id }] of Object.entries(runs)) {
    const { run, steps, attempts } = JSON.parse(await call(place, ['show', id, '--json']));
    const events = JSON.parse(await call(place, ['events', id, '--json']));
    read[name] = { run, steps, attempts, events, logs: await call(place, ['logs', id]) };
  }
  return { heads, list: list.runs, runs: read };
}

/** @param {string} folder */
async function bytesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return (await Promise.all(files.map(async (file) => (await stat(file)).size))).reduce((sum, size) => sum + size, 0);
}

async function main() {
  /** @type {{ readonly version: string }} */
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const target = path.join(root, 'tests', 'compat', 'fixtures', version);
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'stateyard-fixture-'));
  const out = await mkdtemp(path.join(root, 'node_modules', '.stateyard-fixture-'));
  try {
    await call({ top: root, gates: '', store: '', binary: path.join(root, 'scripts', 'build.mjs') }, ['--out', out]);
    const top = path.join(temporary, 'fixture');
    const place = {
      top,
      gates: path.join(temporary, 'gates'),
      store: path.join(top, 'store'),
      binary: path.join(out, 'stateyard.js'),
    };
    for (const folder of [top, place.gates]) await mkdir(folder);
    for (const [name, { text }] of Object.entries(runs)) await writeFile(path.join(top, `${name}.yaml`), text);
    await writeFile(path.join(top, 'router_config.json'), JSON.stringify(router));
    await makeRuns(place);
    const expected = await readBack(place);
    await rm(target, { recursive: true, force: true });
    // Its own .gitignore would keep the store out of the repository.
    await cp(place.store, path.join(target, 'store'), {
      recursive: true,
      filter: (file) => path.basename(file) !== '.gitignore',
    });
    await writeFile(
      path.join(target, 'expected.json'),
      await format(JSON.stringify(expected), { parser: 'json', printWidth: 130 }),
    );
    const bytes = await bytesOf(target);
    if (bytes > largestBytes)
      throw new Error(`the fixture has ${bytes} bytes; at most ${largestBytes} belong into the repository`);
    console.log(`${path.relative(process.cwd(), target)}: ${bytes} bytes`);
  } finally {
    for (const folder of [temporary, out]) await rm(folder, { recursive: true, force: true });
  }
}

await main();
