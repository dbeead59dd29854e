import { build, type Plugin } from 'esbuild';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const threshold = 'const smallestCheckpointBytes = 4 << 20;';

/** Makes the engine write a checkpoint in the middle of a small run, which it else does beyond 4 MiB. */
const earlyCheckpoint: Plugin = {
  name: 'early-checkpoint',
  setup(hooks) {
    hooks.onLoad({ filter: /src\/store\/store\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(threshold)) throw new Error(`${path} does not hold: ${threshold}`);
      return { contents: text.replace(threshold, 'const smallestCheckpointBytes = 4 << 10;'), loader: 'ts' };
    });
  },
};

/** Bundles a worker of this folder with the real engine, as a program in a temporary folder. */
export async function bundleEngine(name: string): Promise<{ readonly program: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'stateyard-engine-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    loader: { '.sql': 'text' },
    external: ['sql.js'],
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    plugins: [earlyCheckpoint],
    logLevel: 'error',
  });
  return { program: join(folder, `${name}.mjs`), remove: () => rm(folder, { recursive: true, force: true }) };
}
