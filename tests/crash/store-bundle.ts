import { build } from 'esbuild';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A worker as a program that Node runs, in a folder of its own with room for its data. */
export interface Bundle {
  readonly folder: string;
  readonly program: string;
  remove(): Promise<void>;
}

/** Bundles one worker of this folder. */
export async function bundleWorker(name: string): Promise<Bundle> {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'stateyard-crash-'));
  await symlink(resolve(here, '../../node_modules'), join(folder, 'node_modules'));
  const program = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(here, `${name}.ts`)],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
  return { folder, program, remove: () => rm(folder, { recursive: true, force: true }) };
}
