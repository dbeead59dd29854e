/** Builds what is measured from the sources as they are now: the command line, and the engine alone. */
import path from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, requireBanner } from '../scripts/bundle-options.mjs';
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
    ...bundleOptions,
    entryPoints: [`bench/programs/${program}.ts`],
    outdir: out,
    outExtension: { '.js': '.mjs' },
    banner: { js: requireBanner },
  });
  return path.join(out, `${program}.mjs`);
}
