import { join } from 'node:path';
import type { StoreLayout } from './layout.ts';
import { walkJournal } from './journal-walk.ts';
import { nodeDisk } from './disk.ts';
import { indexColumns, toIndexRow, type IndexRow } from './run-row.ts';
import { readSealed, writeSealed } from './sealed-cache.ts';
import type { SqlValue } from './statement.ts';
import { readSurvey } from './survey.ts';

/** Rows of the index, in any order. */
type Rows = Iterable<IndexRow>;

/**
 * Keeps the rows of the index beside its database file, as they are at the record with this hash: reading them takes a fraction of the time that SQLite needs to start.
 * A cache (sealed-cache.ts), written under the lock of the index.
 */
export async function keepRows(layout: StoreLayout, head: string, rows: Rows): Promise<void> {
  const body = JSON.stringify({
    columns: indexColumns,
    rows: Array.from(rows, (row) => indexColumns.map((column) => row[column])),
  });
  await writeSealed(fileOf(layout), head, body);
}

/**
 * The kept rows, by run, where they are those of the newest record; null otherwise, also where anything about the index's files is not as it should be: the reader that
 * loads SQLite tells what.
 */
export async function readKeptRows(layout: StoreLayout): Promise<Map<string, IndexRow> | null> {
  const file = fileOf(layout);
  if (!nodeDisk.exists(file)) return null;
  try {
    const place = { disk: nodeDisk, folder: layout.root, name: 'index' as const };
    const survey = await readSurvey(place, await nodeDisk.list(layout.root));
    const { head } = walkJournal(survey.segments, survey.image?.point ?? null);
    const body = await readSealed(file, head.hash);
    if (body === null) return null;
    const { columns, rows } = JSON.parse(body) as { columns: readonly string[]; rows: readonly (readonly SqlValue[])[] };
    if (columns.join() !== indexColumns.join()) return null;
    return new Map(rows.map((values) => [String(values[0]), rowOf(values)]));
  } catch {
    return null;
  }
}

function rowOf(values: readonly SqlValue[]): IndexRow {
  return toIndexRow(Object.fromEntries(indexColumns.map((column, index) => [column, values[index] ?? null])));
}

function fileOf(layout: StoreLayout): string {
  return join(layout.root, 'index-rows.json');
}
