/**
 * Bundles the library: src/api/index.ts to OUT/library/index.mjs, with a chunk for each dynamic import, so that a program loads what its runs need when they
 * need it; and beside it its types: src/api/contract.ts is written to be them as it stands. sql.js stays outside, as in the command line.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { requireBanner, shippedOptions } from './bundle-options.mjs';

const root = path.resolve(import.meta.dirname, '..');

/**
 * The files of the library, and what went into them; nothing is written.
 * @param {string} out
 * @returns {Promise<{ files: readonly { path: string, text: string }[], inputs: readonly string[] }>}
 */
export async function bundleLibrary(out) {
  const outdir = path.join(out, 'library');
  const [result, types] = await Promise.all([
    build({
      ...shippedOptions,
      entryPoints: { index: 'src/api/index.ts' },
      outdir,
      outExtension: { '.js': '.mjs' },
      banner: { js: requireBanner },
    }),
    readFile(path.join(root, 'src/api/contract.ts'), 'utf8'),
  ]);
  const modules = result.outputFiles.map((file) => ({ path: file.path, text: file.text }));
  return {
    files: [...modules, { path: path.join(outdir, 'index.d.mts'), text: types }],
    inputs: Object.keys(result.metafile.inputs),
  };
}
