/** Builds what is measured from the sources as they are now: the command line, and the engine alone. */
import path from 'node:path';
import { build } from 'esbuild';
import { runProgram } from './run-program.mjs';

const root = path.resolve(import.meta.dirname, '..');

/**
 * The command line as scripts/build.mjs builds it; its path. `folder` lies below the repository, where the packages are found.
 * @param {string} folder
 * @param {AbortSignal} signal
 */
export async function buildProduct(folder, signal) {
  const out = path.join(folder, 'product');
  await runProgram([process.execPath, path.join(root, 'scripts/build.mjs'), '--out', out], { cwd: root, signal });
  return path.join(out, 'stateyard.js');
}

/**
 * A program of bench/programs with the sources that it imports, built with what the product is built with; its path.
 * @param {string} folder
 * @param {'engine-alone' | 'api-steps'} program
 */
export async function buildBenchProgram(folder, program) {
  const out = path.join(folder, program);
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/programs/${program}.ts`],
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    loader: { '.sql': 'text', '.yaml': 'text' },
    external: ['sql.js'],
    alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return path.join(out, `${program}.mjs`);
}
