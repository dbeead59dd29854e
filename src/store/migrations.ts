import index0001 from './migrations/index-0001.sql';
import run0001 from './migrations/run-0001.sql';
import run0002 from './migrations/run-0002.sql';
import tools0001 from './migrations/tools-0001.sql';
import type { StoreName } from './segment.ts';

/** The migrations of each kind of store, in order; a new one is a new file and a new place at the end of its list. */
const migrations: Readonly<Record<StoreName, readonly string[]>> = {
  run: [run0001, run0002],
  index: [index0001],
  tools: [tools0001],
};

/** The migrations of a kind of store, in order. A migration that has been released is never changed. */
export function loadMigrations(name: StoreName): readonly string[] {
  return migrations[name];
}
