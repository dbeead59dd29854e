import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { scanProject } from '../../../../src/bootstrap/survey/scan-project.ts';
import { walkTree } from '../../../../src/bootstrap/survey/walk-tree.ts';
import { makeTree } from './tree.ts';

function paths(root: string): string[] {
  return scanProject(root).files.map((file) => file.path);
}

describe('the scan of a project', () => {
  it('lists regular files with their sizes, folders and entries of the root, each sorted', () => {
    const root = makeTree({ 'b.txt': 'four', 'a/x': '', 'a-b/y': '1', '.hidden': '12', 'node_modules/m/index.js': 'x' });
    const project = scanProject(root);
    expect(project.files).toEqual([
      { path: '.hidden', sizeBytes: 2 },
      { path: 'a-b/y', sizeBytes: 1 },
      { path: 'a/x', sizeBytes: 0 },
      { path: 'b.txt', sizeBytes: 4 },
    ]);
    expect(project.folders).toEqual(['a', 'a-b']);
    expect(project.rootEntries).toEqual(['.hidden', 'a', 'a-b', 'b.txt', 'node_modules']);
    expect(project.warnings).toEqual([]);
    expect([project.has('a/x'), project.has('a'), project.has('node_modules/m/index.js')]).toEqual([true, false, false]);
  });

  it('refuses a root that is not there, and one that is no folder', () => {
    const root = makeTree({ file: '' });
    const refusal = (target: string): unknown => {
      try {
        return scanProject(target);
      } catch (error) {
        return error instanceof UserError ? [error.exitCode, error.code] : error;
      }
    };
    expect(refusal(path.join(root, 'none'))).toEqual([4, 'project_not_found']);
    expect(refusal(path.join(root, 'file'))).toEqual([2, 'project_not_a_folder']);
  });

  it('follows no link, says which, and reads nothing through one', () => {
    const outside = makeTree({ 'canary.txt': 'canary' });
    const root = makeTree({ 'in.txt': 'in' });
    symlinkSync(outside, path.join(root, 'folder'));
    symlinkSync(path.join(outside, 'canary.txt'), path.join(root, 'file.txt'));
    symlinkSync('in.txt', path.join(root, 'inner.txt'));
    const project = scanProject(root);
    expect(project.files.map((file) => file.path)).toEqual(['in.txt']);
    expect(project.warnings).toEqual(['3 links were not followed: file.txt, folder, inner.txt']);
    expect([project.readText('file.txt'), project.readText('folder/canary.txt'), project.readText('../canary.txt')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('reads nothing out of a folder or a file that a link has replaced since', () => {
    const outside = makeTree({ 'x.txt': 'canary' });
    const root = makeTree({ 'a/x.txt': 'own', 'y.txt': 'own' });
    const project = scanProject(root);
    renameSync(path.join(root, 'a'), path.join(root, 'b'));
    symlinkSync(outside, path.join(root, 'a'));
    renameSync(path.join(root, 'y.txt'), path.join(root, 'z.txt'));
    symlinkSync(path.join(outside, 'x.txt'), path.join(root, 'y.txt'));
    expect([project.readText('a/x.txt'), project.readStart('a/x.txt'), project.readText('y.txt')]).toEqual([null, null, null]);
  });

  it('takes a root that is named by a link', () => {
    const root = makeTree({ a: 'text' });
    const link = path.join(makeTree({}), 'link');
    symlinkSync(root, link);
    expect(scanProject(link).readText('a')).toBe('text');
  });

  it('reads text without its byte order mark, and nothing that is binary, too large or not UTF-8', () => {
    const root = makeTree({
      bom: '\uFEFFtext',
      binary: Buffer.from([65, 0, 66]),
      latin1: Buffer.from([0xe9, 0x20]),
      large: 'é'.repeat(3_000),
    });
    const project = scanProject(root);
    expect(['bom', 'binary', 'latin1'].map((file) => project.readText(file))).toEqual(['text', null, null]);
    expect(project.readText('large', 100)).toBeNull();
    expect(project.readStart('large', 5)).toBe('éé');
  });

  it('leaves special files alone: opening a FIFO would wait for ever', () => {
    const root = makeTree({ a: '' });
    execFileSync('mkfifo', [path.join(root, 'fifo'), path.join(root, '.gitignore')]);
    const project = scanProject(root);
    expect(project.files.map((file) => file.path)).toEqual(['a']);
    expect(project.warnings).toEqual(['2 entries are neither files nor folders: .gitignore, fifo']);
  });

  it('takes any name that is UTF-8, and leaves out those that are not', () => {
    const names = ['a\nb', 'a\tb', 'quote\'"', '-rf', '$(x)', 'é', '\u{1F600}', 'with space', 'back\\slash'];
    const root = makeTree(Object.fromEntries(names.map((name) => [name, 'x'])));
    writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff])]), 'x');
    const project = scanProject(root);
    expect(project.files.map((file) => file.path)).toEqual(names.toSorted());
    expect(names.map((name) => project.readText(name))).toEqual(names.map(() => 'x'));
    expect(project.warnings).toEqual(['1 name is not UTF-8 and was left out: bad\uFFFD']);
  });

  it('leaves out what tools and others put there, and nothing of the same name that is the project’s own', () => {
    const left = [
      'node_modules/a',
      '.venv/a',
      'x/__pycache__/a',
      'env/pyvenv.cfg',
      'c/CACHEDIR.TAG',
      'r/target/a',
      '.git/config',
    ];
    const kept = ['r/Cargo.toml', 'build/a', 'target/a', 'vendor/a', 'environment/a', 'bin/a'];
    const root = makeTree(Object.fromEntries([...left, ...kept].map((file) => [file, ''])));
    expect(paths(root)).toEqual(kept.toSorted());
  });

  it('does not look into a repository inside of the repository, but into those of a plain folder', () => {
    const files = { 'a/.git': 'gitdir: elsewhere', 'a/x': '', y: '' };
    const inside = scanProject(makeTree({ ...files, '.git/HEAD': '' }));
    expect(inside.files.map((file) => file.path)).toEqual(['y']);
    expect(inside.warnings).toEqual(['1 folder is a repository of its own and was left out: a']);
    expect(paths(makeTree(files))).toEqual(['a/x', 'y']);
  });

  it('stops at its bounds, at the same place each time, and says so', () => {
    const root = makeTree({ 'a/1': '', 'a/2': '', 'b/3': '', 'c/d/e/4': '' });
    const few = walkTree(root, { files: 2, entries: 100, depth: 100 });
    expect(few.files.map((file) => file.path)).toEqual(['a/1', 'a/2']);
    expect(few.warnings).toEqual(['the survey stopped after 2 files: what follows was not looked at']);
    expect(walkTree(root, { files: 9, entries: 4, depth: 100 }).warnings).toEqual([
      'the survey stopped after 4 entries: what follows was not looked at',
    ]);
    const flat = walkTree(root, { files: 9, entries: 100, depth: 2 });
    expect(flat.files.map((file) => file.path)).toEqual(['a/1', 'a/2', 'b/3']);
    expect(flat.warnings).toEqual(['1 folder lies too deep and was not entered: c/d/e']);
  });

  it('ends on a tree that is hundreds of folders deep', () => {
    const root = makeTree({});
    const deep = 'd/'.repeat(300);
    mkdirSync(path.join(root, deep), { recursive: true });
    const project = scanProject(root);
    expect(project.folders).toHaveLength(100);
    expect(project.warnings).toHaveLength(1);
  });
});

describe('ignore files', () => {
  it('are followed on every level: the deeper one wins, an ignored folder is not entered', () => {
    const root = makeTree({
      '.gitignore': '*.log\n/only-root\nout/\n!keep.log\nfoo\n',
      'a.log': '',
      'keep.log': '',
      'only-root': '',
      'sub/only-root': '',
      'sub/.gitignore': '!b.log\n/x.txt\n!foo\n',
      'sub/b.log': '',
      'sub/c.log': '',
      'sub/x.txt': '',
      'sub/deep/x.txt': '',
      'sub/foo/bar': '',
      'out/.gitignore': '!z\n',
      'out/z': '',
    });
    const found = ['.gitignore', 'keep.log', 'sub/.gitignore', 'sub/b.log', 'sub/deep/x.txt', 'sub/foo/bar', 'sub/only-root'];
    expect(paths(root)).toEqual(found);
  });

  it('are followed below folders whose names hold signs of patterns', () => {
    const root = makeTree({
      '[a]*?/.gitignore': '/x\ny\n',
      '[a]*?/x': '',
      '[a]*?/b/y': '',
      'a/x': '',
      'aab/y': '',
      '[a]*?/z': '',
    });
    expect(paths(root)).toEqual(['[a]*?/.gitignore', '[a]*?/z', 'a/x', 'aab/y']);
  });

  it('include .git/info/exclude, which is the weakest', () => {
    const root = makeTree({ '.git/info/exclude': '*.tmp\n', '.gitignore': '!b.tmp\n', 'a.tmp': '', 'b.tmp': '' });
    expect(paths(root)).toEqual(['.gitignore', 'b.tmp']);
  });

  it('are bounded: patterns past the bounds are not used, which is said', () => {
    const costly = '/**/a/**/a/**/a/**/a/**/b\n';
    const many = Array.from({ length: 1_001 }, (_, index) => `name-${index}\n`).join('');
    const root = makeTree({
      '.gitignore': `${costly}ignored\n`,
      ignored: '',
      'm/.gitignore': many,
      'm/name-0': '',
      'm/name-1000': '',
    });
    const project = scanProject(root);
    expect(project.files.map((file) => file.path)).toEqual(['.gitignore', 'm/.gitignore', 'm/name-1000']);
    expect(project.warnings).toEqual([
      '2 .gitignore files hold patterns that were not used: too many, or too costly: .gitignore, m/.gitignore',
    ]);
  });

  it('may be of any size: the first part counts', () => {
    const root = makeTree({ '.gitignore': `first\n${'# a long comment\n'.repeat(40_000)}last\n`, first: '', last: '' });
    expect(paths(root)).toEqual(['.gitignore', 'last']);
  });
});
