/** Lets a script, which plain node runs, use a module of the sources, which are TypeScript. */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Imports a source of this repository. It is bundled into a folder below node_modules, where its packages are found, and
 * that folder is removed again.
 * @param {string} root
 * @param {string} entry relative to `root`
 * @returns {Promise<Record<string, unknown>>} what the module exports
 */
export async function importTypeScript(root, entry) {
  const folder = await mkdtemp(path.join(root, 'node_modules', '.stateyard-'));
  try {
    const outfile = path.join(folder, 'module.mjs');
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      packages: 'external',
      loader: { '.sql': 'text', '.yaml': 'text' },
      logLevel: 'error',
    });
    /** @type {Record<string, unknown>} */
    const module = await import(pathToFileURL(outfile).href);
    return module;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
