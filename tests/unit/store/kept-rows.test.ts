import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { readKeptRows } from '../../../src/store/kept-rows.ts';
import { createLayout, createRunFolder, storeLayout, type StoreLayout } from '../../../src/store/layout.ts';
import { openReader } from '../../../src/store/reader.ts';
import { forgetRuns, listRuns, recordRun, type IndexRow } from '../../../src/store/run-index.ts';

let base: string;
let layout: StoreLayout;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'stateyard-kept-rows-'));
  layout = storeLayout(join(base, '.stateyard'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

function row(number: number): IndexRow {
  return {
    run_id: `01J000000000000000000000${String(number).padStart(2, '0')}` as RunId,
    workflow_name: 'bü"ild\n',
    project_id: 'p',
    state: 'failed',
    state_reason: null,
    created_at: '2026-01-01T00:00:00.000Z',
    started_at: null,
    ended_at: '2026-01-01T00:00:01.000Z',
    exit_code: 1,
    steps_total: 100_000,
    counters: '{}',
  };
}

const file = (): string => join(layout.root, 'index-rows.json');

async function recorded(number: number, checkpoint: boolean): Promise<IndexRow> {
  await createLayout(layout);
  await createRunFolder(layout, row(number).run_id);
  await recordRun(layout, row(number), { checkpoint });
  return row(number);
}

describe('the kept rows of the index', () => {
  test('are those that the database gives, for their owner alone', async () => {
    const rows = [await recorded(1, true), await recorded(2, true)];
    expect([...((await readKeptRows(layout)) ?? [])]).toEqual(rows.map((each) => [each.run_id, each]));
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('are not taken once something else has been recorded, and are right again after a checkpoint', async () => {
    const [one, two] = [await recorded(1, true), await recorded(2, false)];
    expect(await readKeptRows(layout)).toBeNull();
    expect(await listRuns(layout)).toEqual([two, one]);
    await forgetRuns(layout, [one.run_id]);
    expect([...((await readKeptRows(layout)) ?? new Map()).keys()]).toEqual([two.run_id]);
  });

  test('are not taken when a byte of them has changed, or they are gone', async () => {
    const one = await recorded(1, true);
    const text = await readFile(file(), 'utf8');
    for (const changed of [text.replace('"failed"', '"paused"'), text.slice(0, -1), text.replace(/^./, 'x'), '']) {
      await writeFile(file(), changed);
      expect(await readKeptRows(layout)).toBeNull();
      expect(await listRuns(layout)).toEqual([one]);
    }
    await rm(file());
    expect(await listRuns(layout)).toEqual([one]);
  });

  test('are not taken when they have other columns, and are not missed where they cannot be written', async () => {
    const one = await recorded(1, true);
    const body = JSON.stringify({ columns: ['run_id'], rows: [[one.run_id]] });
    const reader = await openReader({ folder: layout.root, name: 'index' });
    reader.close();
    const sealed = createHash('sha256').update(reader.headHash).update('\n').update(body).digest('hex');
    await writeFile(file(), `${sealed}\n${body}`);
    expect(await readKeptRows(layout)).toBeNull();
    await mkdir(`${file()}.tmp`);
    const two = await recorded(2, true);
    expect(await listRuns(layout)).toEqual([two, one]);
  });

  test('hide no damage of the database file', async () => {
    await recorded(1, true);
    const image = join(layout.root, 'index.db');
    const bytes = await readFile(image);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    await writeFile(image, bytes);
    await expect(listRuns(layout)).rejects.toMatchObject({ kind: 'damaged' });
  });
});
