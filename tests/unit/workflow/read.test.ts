import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWorkflowFile } from '../../../src/workflow/load.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stateyard-read-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(content: string | Buffer): Promise<string> {
  const path = join(folder, `${Math.random()}.yaml`);
  await writeFile(path, content);
  return path;
}

describe('reading a workflow file', () => {
  it('gives the path as it was given and the text without a byte order mark', async () => {
    const path = await write('\ufeffname: ü\n');
    expect(await readWorkflowFile(path)).toEqual({ path, text: 'name: ü\n' });
  });

  it('ends with exit code 4 for what is not there or is a folder', async () => {
    await expect(readWorkflowFile(join(folder, 'none'))).rejects.toMatchObject({
      code: 'file_not_found',
      exitCode: 4,
      message: expect.stringContaining('does not exist') as string,
    });
    await expect(readWorkflowFile(folder)).rejects.toMatchObject({
      code: 'file_not_found',
      exitCode: 4,
      message: expect.stringContaining('is a folder') as string,
    });
  });

  it('does not read what never ends', async () => {
    await expect(readWorkflowFile('/dev/zero')).rejects.toMatchObject({
      exitCode: 3,
      diagnostics: [{ code: 'SY001', line: 1, column: 1 }],
    });
  });

  it.each([
    [Buffer.from('name: x\nü\xff', 'latin1'), 2, 1],
    [Buffer.concat([Buffer.from('name: x\n  é'), Buffer.from([0xff, 0x41])]), 2, 4],
    [Buffer.concat([Buffer.from('name: '), Buffer.from([0xe2, 0x82])]), 1, 7],
    [Buffer.concat([Buffer.from('name: '), Buffer.from([0xe2, 0x41, 0x41])]), 1, 7],
    [Buffer.from('\ufeffa', 'utf16le'), 1, 1],
  ])('points at the first byte that is not UTF-8: case %#', async (bytes, line, column) => {
    await expect(readWorkflowFile(await write(bytes))).rejects.toMatchObject({
      code: 'workflow_invalid',
      exitCode: 3,
      diagnostics: [{ code: 'SY002', line, column }],
    });
  });
});
