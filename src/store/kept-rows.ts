import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreLayout } from './layout.ts';
import { walkJournal } from './journal-walk.ts';
import { nodeDisk } from './disk.ts';
import { indexColumns, toIndexRow, type IndexRow } from './run-row.ts';
import type { SqlValue } from './statement.ts';
import { readSurvey } from './survey.ts';

const digestLength = 64;

/** Rows of the index, in any order. */
type Rows = Iterable<IndexRow>;

/**
 * Keeps the rows of the index beside its database file, as they are at the record with this hash: reading them takes a fraction of the time that SQLite needs to start.
 * A cache, written without a sync under the lock of the index and trusted only by its digest: what fails is not told.
 */
export async function keepRows(layout: StoreLayout, head: string, rows: Rows): Promise<void> {
  const file = fileOf(layout);
  const temporary = `${file}.tmp`;
  const body = JSON.stringify({
    columns: indexColumns,
    rows: Array.from(rows, (row) => indexColumns.map((column) => row[column])),
  });
  try {
    await writeFile(temporary, `${digest(head, body)}\n${body}`, { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/**
 * The kept rows, by run, where they are those of the newest record; null otherwise, also where anything about the index's files is not as it should be: the reader that
 * loads SQLite tells what.
 */
export async function readKeptRows(layout: StoreLayout): Promise<Map<string, IndexRow> | null> {
  try {
    const kept = await readFile(fileOf(layout), 'utf8');
    const place = { disk: nodeDisk, folder: layout.root, name: 'index' as const };
    const survey = await readSurvey(place, await nodeDisk.list(layout.root));
    const { head } = walkJournal(survey.segments, survey.image?.point ?? null);
    const body = kept.slice(digestLength + 1);
    if (kept.slice(0, digestLength) !== digest(head.hash, body)) return null;
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

function digest(head: string, body: string): string {
  return createHash('sha256').update(head).update('\n').update(body).digest('hex');
}
