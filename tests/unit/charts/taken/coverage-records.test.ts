import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCoverageRecords } from '../../../../src/charts/taken/coverage-records.ts';

let top = '';
beforeAll(async () => {
  top = await mkdtemp(path.join(tmpdir(), 'stateyard-records-'));
});
afterAll(() => rm(top, { recursive: true }));

async function records(name: string, files: Readonly<Record<string, string>>) {
  const folder = path.join(top, name);
  await mkdir(folder);
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  return () => readCoverageRecords(folder, `some/${name}`);
}

describe('readCoverageRecords', () => {
  it('adds up the records of each machine, and passes over what is no JSON file', async () => {
    const read = await records('many', {
      'a.generated.json': '{"machine": "door", "taken": {"door.a X 0": 2, "door.a  0": 1}}',
      'b.json': '{"machine": "door", "taken": {"door.a X 0": 3}}',
      'c.json': '{"machine": "__proto__", "taken": {"constructor": 1}}',
      'notes.txt': 'not a record',
    });
    await mkdir(path.join(top, 'many/folder.json'));
    const { files, taken } = await read();
    expect(files).toBe(3);
    expect([...taken].map(([machine, counts]) => [machine, Object.fromEntries(counts)])).toEqual([
      ['door', { 'door.a X 0': 5, 'door.a  0': 1 }],
      ['__proto__', { constructor: 1 }],
    ]);
  });

  it('has nothing where there is no folder', async () => {
    expect(await readCoverageRecords(path.join(top, 'none'), 'none')).toEqual({ files: 0, taken: new Map() });
  });

  it.each([
    ['cut', '{"machine": "door", "tak', 'some/cut/x.json is no record of coverage: '],
    ['empty', '', 'some/empty/x.json is no record of coverage: '],
    ['list', '[]', 'some/list/x.json is no record of coverage: the record: '],
    ['lack', '{"taken": {}}', 'machine: '],
    ['word', '{"machine": "door", "taken": {"k": "often"}}', 'taken.k: '],
    ['minus', '{"machine": "door", "taken": {"k": -1}}', 'taken.k: '],
    ['part', '{"machine": "door", "taken": {"k": 0.5}}', 'taken.k: '],
    ['more', '{"machine": "door", "taken": {}, "by": "me"}', 'by'],
  ])('refuses a file that is no record: %s', async (name, text, message) => {
    const read = await records(name, { 'a.json': '{"machine": "m", "taken": {}}', 'x.json': text });
    const error = await read().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'UserError', exitCode: 3, code: 'invalid_record' });
    expect((error as Error).message).toContain(message);
  });

  it('refuses a file in the place of the folder', async () => {
    const file = path.join(top, 'file');
    await writeFile(file, '');
    await expect(readCoverageRecords(file, 'file')).rejects.toMatchObject({ exitCode: 2, code: 'records_not_a_folder' });
  });

  it('says which record cannot be read', async () => {
    const read = await records('loop', {});
    const { symlink } = await import('node:fs/promises');
    await symlink('loop.json', path.join(top, 'loop/loop.json'));
    await expect(read()).rejects.toMatchObject({
      exitCode: 1,
      code: 'records_unreadable',
      message: 'some/loop/loop.json cannot be read: ELOOP',
    });
  });
});
