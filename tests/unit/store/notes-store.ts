import type { Disk } from '../../../src/store/disk.ts';
import { openReader, type StoreReader } from '../../../src/store/reader.ts';
import { openStore, type Recovery, type Store } from '../../../src/store/store.ts';
import type { Statement } from '../../../src/store/statement.ts';

/** A small schema for tests: notes, each written twice in one unit so that half a unit shows. */
export const notesMigrations: readonly string[] = [
  'create table meta (key text primary key, value text not null) without rowid;\ncreate table notes (id integer primary key, text text, weight real);\ncreate table copies (id integer primary key, text text);',
];

/** The folder of stores on a memory disk. */
export const folder = '/store';

export function openNotes(
  disk: Disk,
  more: { migrations?: readonly string[]; mustExist?: boolean } = {},
): Promise<{ store: Store; recovery: Recovery }> {
  return openStore({ folder, name: 'run', migrations: notesMigrations, disk, ...more });
}

export function readNotes(disk: Disk): Promise<StoreReader> {
  return openReader({ folder, name: 'run', disk });
}

/** One unit that adds the note `id`. */
export function note(id: number, text = `note ${id}`): Statement[] {
  return [
    ['insert into notes (id, text, weight) values (?, ?, ?)', id, text, id / 4],
    ['insert into copies (id, text) values (?, ?)', id, text],
  ];
}

/** Adds notes `from` to `to`, each its own record. */
export async function addNotes(store: Store, from: number, to: number): Promise<void> {
  for (let id = from; id <= to; id += 1) {
    store.transact(note(id));
    await store.durable();
  }
}

/** The ids of all notes; throws when a note and its copy differ. */
export function noteIds(reader: StoreReader): number[] {
  const notes = reader.query('select id, text from notes order by id');
  const copies = reader.query('select id, text from copies order by id');
  if (JSON.stringify(notes) !== JSON.stringify(copies)) throw new Error('half a unit');
  return notes.map(({ id }) => Number(id));
}

/** `[1, …, last]`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
