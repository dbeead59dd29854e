import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { bootstrapReport } from '../../bootstrap/report.ts';
import type { BootstrapEnd, ReplaceQuestion } from '../../bootstrap/run-bootstrap.ts';
import { exitCodes, UserError, type ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import type { InitOptions } from '../options.ts';
import { renderDiff } from '../render-diff.ts';
import { renderInit } from '../render-init.ts';
import { useColor } from '../render/mode.ts';

const codes: Readonly<Record<Exclude<BootstrapEnd, 'canceled'>, ExitCode>> = {
  ready: exitCodes.succeeded,
  partial: exitCodes.succeeded,
  previewed: exitCodes.succeeded,
  needsHuman: exitCodes.waitsForPerson,
  failed: exitCodes.failed,
};

/** `stateyard init [DIR]`: bootstraps the project and reports; throws UserError where there is no such folder (exit 4) or DIR is something else (exit 2). */
export async function run(options: InitOptions, io: Io): Promise<ExitCode> {
  const folder = options.folder ?? '.';
  const root = projectRoot(folder, io.cwd);
  const stop = new AbortController();
  let code: ExitCode = exitCodes.interrupted;
  const dispose = io.onSignal((signal) => {
    if (stop.signal.aborted) return;
    code = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
    stop.abort(`interrupted by ${signal}`);
  });
  try {
    const outcome = await bootstrap({
      root,
      searchPath: io.env['PATH'],
      profileId: options.profile,
      withPhases: options.phases,
      force: options.force,
      dryRun: options.dryRun,
      ask: io.stdinIsTTY && io.stderrIsTTY && !options.json ? (question) => ask(question, io) : null,
      signal: stop.signal,
    });
    const report = bootstrapReport(outcome, { root, folder });
    if (options.json) printJson(io, report);
    else io.stdout(renderInit(report, outcome, { quiet: options.quiet, look: outputLook(io) }));
    return outcome.end === 'canceled' ? code : codes[outcome.end];
  } finally {
    dispose();
  }
}

const takesFolder = 'stateyard init takes the top folder of a project';

function projectRoot(folder: string, cwd: string): string {
  try {
    const root = realpathSync(resolve(cwd, folder));
    if (statSync(root).isDirectory()) return root;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR';
    throw folderNotFound(folder, missing ? 'does not exist' : `cannot be read: ${(error as Error).message}`);
  }
  throw new UserError(exitCodes.usage, 'project_not_a_folder', `${sanitiseLine(folder)} is not a folder`, { hint: takesFolder });
}

function folderNotFound(folder: string, reason: string): UserError {
  return new UserError(exitCodes.notFound, 'folder_not_found', `the folder ${sanitiseLine(folder)} ${reason}`, {
    hint: takesFolder,
  });
}

/** Asks until there is an answer; none, and anything but a clear yes, keeps the files. */
async function ask(question: ReplaceQuestion, io: Io): Promise<'replace' | 'keep'> {
  const { paths, signal } = question;
  const files = paths.map((path) => `  ${sanitiseLine(path)}\n`).join('');
  io.stderr(`These files are there and differ from what would be written:\n${files}`);
  for (;;) {
    const line = await io.askLine(`Replace ${paths.length === 1 ? 'it' : 'them'}? [y/N/d] (d shows the differences) `, signal);
    const answer = line?.trim().toLowerCase() ?? '';
    if (answer === 'y' || answer === 'yes') return 'replace';
    if (answer !== 'd') return 'keep';
    io.stderr(renderDiff(await question.showDifferences(), useColor({ env: io.env, isTTY: io.stderrIsTTY })));
  }
}
