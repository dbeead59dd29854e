import { openStore } from '../../src/store/store.ts';

/**
 * Writes notes until it is killed, a few at a time, with a checkpoint now and then; prints `open LAST` and then the id of
 * each note that is safe. LAST is the note that a reader found before. Without checkpoints it never loads SQLite.
 */
const [folder = '', found = '0', waiters = '1', checkpointEvery = '0'] = process.argv.slice(2);
const migrations = [
  'create table meta (key text primary key, value text not null) without rowid; create table notes (id integer primary key, text text); create table totals (name text primary key, count integer);',
];
const { store } = await openStore({ folder, name: 'run', migrations });
let last = Number(found);
process.stdout.write(`open ${last}\n`);

async function write(): Promise<void> {
  for (;;) {
    last += 1;
    const id = last;
    store.transact([
      ['insert into notes (id, text) values (?, ?)', id, 'x'.repeat(id % 700)],
      ["insert into totals (name, count) values ('notes', ?) on conflict (name) do update set count = count + 1", 1],
    ]);
    await store.durable();
    process.stdout.write(`${id}\n`);
    if (Number(checkpointEvery) > 0 && id % Number(checkpointEvery) === 0) await store.checkpoint();
  }
}

await Promise.all(Array.from({ length: Number(waiters) }, write));
