/**
 * The plain way to make charts durable: `node xstate-export.mjs SHAPE STEPS AT-A-TIME FOLDER`. Each step is an XState actor; on each of its transitions its
 * snapshot goes to a row of a sql.js database, which is then exported, written beside the old file, synced and renamed. A step starts /bin/true.
 * SHAPE is `fan-out` (with a join) or `chain`.
 */
import { spawn } from 'node:child_process';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import initSqlJs from 'sql.js';
import { createActor, fromPromise, setup, waitFor } from 'xstate';

const [, , shape, stepsText, atATimeText, folder = '.'] = process.argv;
const steps = Number(stepsText);
const file = path.join(folder, 'steps.db');

const { Database } = await initSqlJs();
const database = new Database();
database.run('create table steps (step_id text primary key, snapshot text not null)');

/**
 * @param {string} id
 * @param {unknown} snapshot
 */
function persist(id, snapshot) {
  database.run('insert or replace into steps values (?, ?)', [id, JSON.stringify(snapshot)]);
  const handle = openSync(`${file}.new`, 'w');
  writeSync(handle, database.export());
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
}

const attempt = fromPromise(
  () =>
    new Promise((resolve, reject) => {
      const child = spawn('/bin/true', [], { stdio: 'ignore' });
      child.once('error', reject);
      child.once('exit', (code) => (code === 0 ? resolve(code) : reject(new Error(`/bin/true ended with ${String(code)}`))));
    }),
);

const machine = setup({ actors: { attempt } }).createMachine({
  initial: 'running',
  states: {
    running: { invoke: { src: 'attempt', onDone: 'succeeded', onError: 'failed' } },
    succeeded: { type: 'final' },
    failed: { type: 'final' },
  },
});

/** @param {string} id */
async function runStep(id) {
  const actor = createActor(machine);
  actor.subscribe(() => persist(id, actor.getPersistedSnapshot()));
  actor.start();
  const { value } = await waitFor(actor, ({ status }) => status === 'done', { timeout: Infinity });
  if (value !== 'succeeded') throw new Error(`step ${id} has failed`);
}

let started = 0;
async function work() {
  while (started < steps) await runStep(`s${started++}`);
}

await Promise.all(Array.from({ length: shape === 'chain' ? 1 : Number(atATimeText) }, work));
if (shape === 'fan-out') await runStep('join');
database.close();
