/**
 * Executes the tour of a document on the built binary: `node scripts/check-tour.mjs README.md [--print]`.
 *
 * In a temporary folder, with `stateyard` on the path and nothing of the caller's environment that changes what it prints.
 * Exit 0: every command prints what the document says; 1: one does not; `--print` shows what each one prints.
 */
import { spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { difference, parseTour } from './tour.mjs';

const root = path.resolve(import.meta.dirname, '..');
const binary = path.join(root, 'dist', 'stateyard.js');
const commandTimeoutMs = 60_000;

/**
 * @param {string} folder
 * @returns {Promise<Record<string, string>>} the environment of the commands
 */
async function surroundings(folder) {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  await symlink(binary, path.join(bin, 'stateyard'));
  const search = `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`;
  /** @type {Record<string, string>} */
  const environment = { PATH: search, NO_COLOR: '1', LC_ALL: 'C.UTF-8', COLUMNS: '100' };
  for (const name of ['HOME', 'TMPDIR', 'USER']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/**
 * @param {import('./tour.mjs').TourCommand} step
 * @param {{ readonly cwd: string, readonly env: Record<string, string>, readonly print: boolean }} place
 * @returns {string | null} what is wrong
 */
function execute({ command, expected }, { cwd, env, print }) {
  const script = `exec 2>&1\n${command}`;
  const result = spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8', timeout: commandTimeoutMs, input: '' });
  if (result.error !== undefined) return result.error.message;
  if (print) console.log(`$ ${command}\n${result.stdout}`);
  const printed = result.stdout.split('\n');
  if (printed.at(-1) === '') printed.pop();
  const wrong = difference(expected, printed);
  if (wrong !== null) return `${wrong}\n     all of it:\n${result.stdout.replaceAll(/^/gm, '       ')}`;
  // A command that may fail says so itself: `… ; echo "exit $?"`.
  return result.status === 0 ? null : `ended with exit code ${result.status}`;
}

/**
 * @param {string} document
 * @param {boolean} print
 */
async function check(document, print) {
  const steps = parseTour(await readFile(document, 'utf8'));
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'stateyard-tour-'));
  let failures = 0;
  try {
    const env = await surroundings(temporary);
    const cwd = path.join(temporary, 'project');
    await mkdir(cwd);
    for (const step of steps) {
      if (step.kind === 'file') {
        await mkdir(path.dirname(path.join(cwd, step.name)), { recursive: true });
        await writeFile(path.join(cwd, step.name), step.text);
        continue;
      }
      const wrong = execute(step, { cwd, env, print });
      if (wrong === null) continue;
      failures += 1;
      console.error(`${document}:${step.line}: $ ${step.command.split('\n')[0]}\n     ${wrong}`);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const commands = steps.filter((step) => step.kind === 'command').length;
  if (commands === 0) throw new Error(`${document} has no console block`);
  console.log(`${document}: ${commands - failures} of ${commands} commands print what it says`);
  return failures === 0 ? 0 : 1;
}

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { print: { type: 'boolean', default: false } } });
  await access(binary).catch(() => {
    throw new Error('dist/stateyard.js is not there: run `npm run build` first');
  });
  process.exitCode = await check(positionals[0] ?? 'README.md', values.print);
} catch (error) {
  console.error(`tour: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
