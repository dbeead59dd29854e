import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

// Archives stay there from one run of the tests to the next, as other tools keep theirs; their bytes are verified each time.
const cache = join(root, 'node_modules/.cache/stateyard-real-projects');

// Longer than any of them takes; a registry that does not answer must not hold the tests up.
const downloadTimeoutMs = 20_000;

/** Where the tree of a project comes from. */
export type Source =
  /** A package that `npm ci` has installed. */
  | { readonly from: 'node_modules'; readonly name: string }
  /** The archive of a package in the npm registry, without its dependencies. `leftOut`: what the archive holds beside the sources. */
  | {
      readonly from: 'npm';
      readonly id: string;
      readonly sha256: string;
      readonly folder: string;
      readonly leftOut: readonly string[];
    }
  /** A package of Debian that holds sources; `file` is its path in an archive of Debian. */
  | { readonly from: 'debian'; readonly file: string; readonly sha256: string; readonly folder: string };

/** A tree that cannot be had on this machine, and why. */
export class Unavailable extends Error {}

/**
 * Lays a project's tree into the folder `target`, which is made. Nothing of it is executed. Throws {@link Unavailable} where neither a registry nor the cache gives
 * it; an archive that is not the expected one is an error, not a reason to leave a test out.
 */
export async function layProject(source: Source, target: string): Promise<void> {
  if (source.from === 'node_modules') {
    await copyTree(join(root, 'node_modules', source.name), target);
    return;
  }
  const archive = await cachedArchive(source);
  const unpacked = mkdtempSync(join(cache, 'unpacked-'));
  try {
    if (source.from === 'debian') await run('dpkg-deb', ['--extract', archive, unpacked]);
    else {
      const leftOut = source.leftOut.map((path) => `--exclude=package/${path}`);
      await run('tar', ['-xzf', archive, '-C', unpacked, ...leftOut]);
    }
    await copyTree(join(unpacked, source.folder), target);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** Modes are kept, times are not; dependencies that npm has nested are no part of the tree. */
async function copyTree(from: string, target: string): Promise<void> {
  await cp(from, target, { recursive: true, filter: (path) => basename(path) !== 'node_modules' || path === from });
}

type Archived = Exclude<Source, { from: 'node_modules' }>;

async function cachedArchive(source: Archived): Promise<string> {
  const archive = join(cache, source.sha256);
  if (existsSync(archive) && sha256(archive) === source.sha256) return archive;
  await mkdir(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'download-'));
  try {
    const file = source.from === 'npm' ? await fromNpm(source.id, folder) : await fromDebian(source.file, folder);
    const found = sha256(file);
    if (found !== source.sha256) throw new Error(`${nameOf(source)} has SHA-256 ${found}, not ${source.sha256}`);
    // Another run of the tests may do the same at this moment; whoever is last replaces a file by the same one.
    await rename(file, archive);
    return archive;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nameOf(source: Archived): string {
  return source.from === 'npm' ? source.id : source.file;
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

async function fromNpm(id: string, folder: string): Promise<string> {
  const args = ['pack', id, '--pack-destination', folder, '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
  try {
    const { stdout } = await run('npm', args, { cwd: folder, timeout: downloadTimeoutMs });
    return join(folder, stdout.trim());
  } catch (error) {
    throw new Unavailable(`npm does not give ${id}: ${firstLine(error)}`);
  }
}

/** From the archives that this machine's apt is set up for, by apt's own program: its settings say how they are reached. */
async function fromDebian(file: string, folder: string): Promise<string> {
  const helper = '/usr/lib/apt/apt-helper';
  if (!existsSync(helper)) throw new Unavailable(`${file} is a package of Debian, and there is no apt here`);
  const target = join(folder, basename(file));
  const reasons: string[] = [];
  for (const site of await debianArchives()) {
    try {
      await run(helper, ['download-file', `${site}/${file}`, target], { cwd: folder, timeout: downloadTimeoutMs });
      return target;
    } catch (error) {
      reasons.push(firstLine(error));
    }
  }
  throw new Unavailable(`no archive of Debian gives ${file}: ${reasons.join('; ')}`);
}

async function debianArchives(): Promise<string[]> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages']);
  return [...new Set(stdout.split('\n').filter((site) => site !== ''))];
}

/** What a program said when it failed. */
function firstLine(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
  const lines = (stderr ?? '').split('\n').filter((line) => /^(E:|npm error|npm ERR)/.test(line));
  return lines[0] ?? message.split('\n')[0] ?? '';
}
