import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProposedFile } from '../../../machines/bootstrap-model.ts';
import { compareFiles, readDifferences } from '../../../src/bootstrap/compare.ts';
import { writeProjectFile } from '../../../src/bootstrap/write-file.ts';
import { emptyProject } from './bootstrap-fixture.ts';

const file: ProposedFile = { path: 'a.yaml', type: 'workflow', text: 'new\n' };
const deep: ProposedFile = { path: 'phases/x/b.yaml', type: 'phase_spec', text: 'deep\n' };

async function obstaclesOf(root: string, ...files: readonly ProposedFile[]): Promise<readonly string[]> {
  return (await compareFiles(root, files, false)).obstacles.map(({ message }) => message);
}

describe('comparing', () => {
  test('tells new, unchanged and replaced files apart, and names the folders that are missing', async () => {
    const root = emptyProject();
    writeFileSync(join(root, 'same'), 'same\n');
    writeFileSync(join(root, 'a.yaml'), 'old\n');
    const same: ProposedFile = { ...file, path: 'same', text: 'same\n' };
    const { changes, newFolders, obstacles } = await compareFiles(root, [same, file, deep], true);
    expect(changes.map(({ path, change }) => `${path} ${change}`)).toEqual([
      'same unchanged',
      'a.yaml replaced',
      'phases/x/b.yaml new',
    ]);
    expect(changes.map(({ diff }) => diff)).toEqual([
      null,
      '--- a/a.yaml\n+++ b/a.yaml\n@@ -1,1 +1,1 @@\n-old\n+new\n',
      '--- /dev/null\n+++ b/phases/x/b.yaml\n@@ -0,0 +1,1 @@\n+deep\n',
    ]);
    expect([newFolders, obstacles]).toEqual([['phases', 'phases/x'], []]);
    expect(readdirSync(root).sort()).toEqual(['a.yaml', 'same']);
  });

  test('finds an obstacle in a link, whatever it leads to', async () => {
    const root = emptyProject();
    const outside = emptyProject();
    writeFileSync(join(outside, 'secret'), 'secret\n');
    symlinkSync(join(outside, 'secret'), join(root, 'a.yaml'));
    symlinkSync(outside, join(root, 'phases'));
    expect(await obstaclesOf(root, file, deep)).toEqual([
      'a.yaml is a link, and nothing is written through links',
      'phases is a link, and nothing is written through links',
    ]);
    expect(await readDifferences(root, [file])).toBe('');
    symlinkSync('nowhere', join(root, 'dangling'));
    expect(await obstaclesOf(root, { ...file, path: 'dangling' })).toHaveLength(1);
  });

  test('finds an obstacle in a folder, a pipe, a file in the place of a folder and a file that is far too large', async () => {
    const root = emptyProject();
    mkdirSync(join(root, 'folder'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    writeFileSync(join(root, 'phases'), '');
    writeFileSync(join(root, 'large'), 'x'.repeat(1_048_577));
    const at = (path: string): ProposedFile => ({ ...file, path });
    expect(await obstaclesOf(root, at('folder'), at('pipe'), deep, at('large'))).toEqual([
      'folder is a folder',
      'pipe is not a regular file',
      'phases is not a folder',
      'large is larger than 1 MiB, so it is no file of this kind: move it away',
    ]);
  });

  test('finds an obstacle in a folder that nobody can write to, except for a preview', async () => {
    // Not even root may make a file there.
    expect(await obstaclesOf('/proc/sys', file)).toEqual(['a.yaml cannot be written: the folder is read-only (EACCES)']);
    expect((await compareFiles('/proc/sys', [file], true)).obstacles).toEqual([]);
  });

  test('shows that a file is no text instead of its bytes', async () => {
    const root = emptyProject();
    writeFileSync(join(root, 'a.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    const { changes } = await compareFiles(root, [file], true);
    expect(changes[0]?.diff).toBe('--- a/a.yaml\n+++ b/a.yaml\nthe file that is there is not text\n');
  });

  test('gives up on a difference that nobody would read', async () => {
    const root = emptyProject();
    const lines = (mark: string): string => Array.from({ length: 600 }, (_, index) => `${mark}${index}\n`).join('');
    writeFileSync(join(root, 'a.yaml'), lines('a'));
    expect(await readDifferences(root, [{ ...file, text: lines('b') }])).toContain('differ in more than 1000 lines');
  });

  test('never leaves the folder, whatever a path says', async () => {
    await expect(compareFiles(emptyProject(), [{ ...file, path: '../a.yaml' }], false)).rejects.toThrow('does not stay');
    await expect(compareFiles(emptyProject(), [{ ...file, path: '/etc/a.yaml' }], false)).rejects.toThrow('does not stay');
  });
});

describe('writing', () => {
  test('makes a file with the folders above it and leaves nothing else', async () => {
    const root = emptyProject();
    expect(await writeProjectFile(root, { file: deep, sha256Before: null })).toEqual({ path: 'phases/x/b.yaml' });
    expect(readFileSync(join(root, deep.path), 'utf8')).toBe('deep\n');
    expect(readdirSync(join(root, 'phases/x'))).toEqual(['b.yaml']);
  });

  test('refuses a place that has changed since it was compared: edited, made, removed or turned into a link', async () => {
    const root = emptyProject();
    writeFileSync(join(root, 'a.yaml'), 'old\n');
    const before = (await compareFiles(root, [file], false)).changes[0]?.sha256Before ?? '';
    await expect(writeProjectFile(root, { file, sha256Before: null })).rejects.toThrow('was changed meanwhile');
    writeFileSync(join(root, 'a.yaml'), 'edited\n');
    await expect(writeProjectFile(root, { file, sha256Before: before })).rejects.toThrow('was changed meanwhile');
    expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toBe('edited\n');
    await expect(writeProjectFile(root, { file: { ...file, path: 'gone' }, sha256Before: before })).rejects.toThrow('meanwhile');
    symlinkSync('a.yaml', join(root, 'link'));
    await expect(writeProjectFile(root, { file: { ...file, path: 'link' }, sha256Before: before })).rejects.toThrow('is a link');
    expect(readlinkSync(join(root, 'link'))).toBe('a.yaml');
    expect(readdirSync(root).sort()).toEqual(['a.yaml', 'link']);
  });

  test('does not follow a link that stands in the place of its temporary file', async () => {
    const root = emptyProject();
    const outside = emptyProject();
    symlinkSync(join(outside, 'planted'), join(root, `.a.yaml.${process.pid}.stateyard-tmp`));
    await writeProjectFile(root, { file, sha256Before: null });
    expect(lstatSync(join(root, 'a.yaml')).isFile()).toBe(true);
    expect([readdirSync(outside), readdirSync(root)]).toEqual([[], ['a.yaml']]);
  });

  test('leaves the temporary file of a living process alone', async () => {
    const root = emptyProject();
    const theirs = `.a.yaml.${process.ppid}.stateyard-tmp`;
    writeFileSync(join(root, theirs), 'half');
    await writeProjectFile(root, { file, sha256Before: null });
    expect(readdirSync(root).sort()).toEqual([theirs, 'a.yaml']);
  });

  test('says in words that the disk refuses', async () => {
    await expect(writeProjectFile('/proc', { file, sha256Before: null })).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 1,
      code: 'file_not_written',
    });
  });
});
