/**
 * Bundles the command line: `node scripts/build.mjs [--out DIR]`, to DIR/stateyard.js (DIR: dist).
 *
 * Each dynamic import becomes a chunk of its own, so that a verb loads only what it needs, and each chunk CommonJS (commonjs-chunks.mjs); DIR/stateyard.js
 * (src/cli/start/entry.ts) loads them, that of src/cli/main.ts first. sql.js stays outside: it finds
 * its wasm file beside itself. Nothing is minified, so that the stack trace of a bug can be read. The legal notices of every
 * package that went into the bundle stand in DIR/THIRD-PARTY-LICENSES.txt.
 */
import { access, chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundleLibrary } from './build-library.mjs';
import { shippedOptions } from './bundle-options.mjs';
import { commonJsChunk } from './commonjs-chunks.mjs';
import { bundledPackages, licenseText } from './third-party-licenses.mjs';

const root = path.resolve(import.meta.dirname, '..');
const entry = 'src/cli/start/entry.ts';

/** Files of ours that hold the data of a package, which a generator took out of it: its notices are due all the same. */
const generatedFrom = new Map([
  ['src/bootstrap/survey/languages/languages.json', 'node_modules/linguist-languages/package.json'],
]);

/** @param {string} out */
async function bundle(out) {
  return build({
    ...shippedOptions,
    entryPoints: ['src/cli/main.ts'],
    entryNames: 'chunks/[name]-[hash]',
    outdir: out,
    alias: { ...shippedOptions.alias, 'yargs/helpers': path.join(root, 'scripts/yargs-parser.mjs') },
  });
}

/**
 * The file that loads the chunks.
 * @param {string} out
 * @param {string} mainChunk the file name of the first
 */
async function bundleEntry(out, mainChunk) {
  return build({
    absWorkingDir: root,
    entryPoints: { stateyard: entry },
    outdir: out,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    banner: { js: '#!/usr/bin/env node' },
    define: { mainChunk: JSON.stringify(mainChunk), 'import.meta.dirname': '__dirname' },
    metafile: true,
    write: false,
    logLevel: 'error',
  });
}

/**
 * Puts a file in its place by rename: a stateyard that is running from this folder sees the old file or the new one, whole.
 * @param {string} file
 * @param {string | Uint8Array} contents
 * @param {number} mode
 */
async function place(file, contents, mode) {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await chmod(temporary, mode);
  await rename(temporary, file);
}

/**
 * Removes what an older build left behind.
 * @param {string} out
 * @param {ReadonlySet<string>} kept absolute paths
 */
async function removeStale(out, kept) {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const stale = entries.filter((found) => found.isFile()).map((found) => path.join(found.parentPath, found.name));
  await Promise.all(stale.filter((file) => !kept.has(file)).map((file) => rm(file)));
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
  const out = path.resolve(root, values.out);
  try {
    await access(path.join(root, entry));
  } catch {
    throw new Error(`nothing to build: ${entry} does not exist`);
  }
  const [result, library] = await Promise.all([bundle(out), bundleLibrary(out)]);
  const [mainChunk] =
    Object.entries(result.metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/cli/main.ts') ?? [];
  const loader = await bundleEntry(out, path.basename(mainChunk ?? ''));
  const main = path.join(out, 'stateyard.js');
  const notices = path.join(out, 'THIRD-PARTY-LICENSES.txt');
  const manifest = path.join(out, 'package.json');
  const inputs = [...new Set([...Object.keys(result.metafile.inputs), ...library.inputs])];
  const packages = await bundledPackages(root, [...inputs, ...inputs.flatMap((input) => generatedFrom.get(input) ?? [])]);
  const files = result.outputFiles;
  await place(notices, licenseText(packages), 0o644);
  await place(manifest, '{ "type": "commonjs" }\n', 0o644);
  for (const file of files) await place(file.path, await commonJsChunk(file.text), 0o644);
  // The entry last: once it names a chunk, the chunk is there.
  for (const file of loader.outputFiles) await place(file.path, file.text, 0o755);
  for (const file of library.files) await place(file.path, file.text, 0o644);
  const placed = [main, ...[...files, ...library.files].map((file) => file.path)];
  if (out === path.join(root, 'dist')) await removeStale(out, new Set([notices, manifest, ...placed]));
  const kilobytes = Math.round(files.reduce((sum, file) => sum + file.contents.byteLength, 0) / 1024);
  console.log(
    `${path.relative(process.cwd(), main)}: ${files.length} files, ${kilobytes} KiB, ${packages.length} packages inside`,
  );
}

try {
  await main();
} catch (error) {
  console.error(`build: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`);
  process.exitCode = 1;
}
