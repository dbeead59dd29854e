import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledPackages, licenseText, packageFolder } from '../../../scripts/third-party-licenses.mjs';

describe('third-party licences', () => {
  let root = '';

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'stateyard-licences-'));
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  async function install(folder: string, manifest: object, files: Readonly<Record<string, string>> = {}) {
    const absolute = path.join(root, folder);
    await mkdir(absolute, { recursive: true });
    await writeFile(path.join(absolute, 'package.json'), JSON.stringify(manifest));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(absolute, name), text);
  }

  it('finds the innermost package of a file', () => {
    expect(packageFolder('src/cli/main.ts')).toBeNull();
    expect(packageFolder('node_modules/a/lib/b.js')).toBe('node_modules/a');
    expect(packageFolder('node_modules/@s/a/node_modules/b/c.js')).toBe('node_modules/@s/a/node_modules/b');
  });

  it('lists each package once, in order, with every notice that it ships', async () => {
    await install('node_modules/b', { name: 'b', version: '2.0.0', license: 'ISC' }, { LICENSE: 'B text\n' });
    await install(
      'node_modules/a',
      { name: 'a', version: '1.0.0', license: 'MIT' },
      { 'LICENCE.md': 'A text', NOTICE: 'A notice', 'licenses.js': 'code' },
    );
    const packages = await bundledPackages(root, [
      'node_modules/b/x.js',
      'src/own.ts',
      'node_modules/a/x.js',
      'node_modules/b/y.js',
    ]);
    expect(packages.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(packages[0]?.notices).toEqual(['A text', 'A notice']);
    expect(licenseText(packages)).toContain('b 2.0.0 (ISC)\n-------------\n\nB text\n');
  });

  it('says where the source text of a package is, where the package says it', async () => {
    await install('node_modules/a', {
      name: 'a',
      version: '1.0.0',
      license: 'EPL-2.0',
      repository: { url: 'https://a.example/a.git' },
    });
    await install('node_modules/b', { name: 'b', version: '1.0.0', license: 'MIT', repository: 'github:b/b' });
    const text = licenseText(await bundledPackages(root, ['node_modules/a/x.js', 'node_modules/b/x.js']));
    expect(text).toContain('a 1.0.0 (EPL-2.0)\n-----------------\n\nSource: https://a.example/a.git');
    expect(text).toContain('Source: github:b/b');
  });

  it('refuses a package that states no licence', async () => {
    await install('node_modules/c', { name: 'c', version: '1.0.0' });
    await expect(bundledPackages(root, ['node_modules/c/x.js'])).rejects.toThrow('c states no licence');
  });
});
