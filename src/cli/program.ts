import { exitCodes } from '../errors.ts';
import type { ExitCode } from '../errors.ts';
import { loadCommand } from './commands.ts';
import type { Io } from './io.ts';

/**
 * Runs one command line (without node and script) to its exit code. Never throws: every error has been printed when the promise
 * resolves.
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<ExitCode> {
  if (argv[0] === '--complete') return complete(argv.slice(1), io);
  let json = argv.includes('--json');
  try {
    const asked = argv.length === 1 ? argv[0] : undefined;
    // Scripts ask for these two most: the answer needs neither the parser nor, for the version, the metadata of the verbs.
    if (asked === '--version') return await printVersion(io);
    if (asked === '--help') return await printHelp(null, io);
    const { asksForJson, parseArguments } = await import('./parse.ts');
    json = asksForJson(argv);
    const request = parseArguments(argv);
    if (request.kind === 'version') return await printVersion(io);
    if (request.kind === 'help') return await printHelp(request.verb, io);
    if (request.kind === 'nothing') return await explainItself(io);
    const run = await loadCommand(request.verb.name);
    return await run(request.options, io);
  } catch (error) {
    if (io.outputClosed.aborted && isBrokenPipe(error)) return exitCodes.succeeded;
    const { reportError } = await import('./report-error.ts');
    return await reportError(error, io, json);
  }
}

async function printVersion(io: Io): Promise<ExitCode> {
  const { version } = await import('./version.ts');
  io.stdout(`${version}\n`);
  return exitCodes.succeeded;
}

async function printHelp(verb: Parameters<typeof import('./help.ts').renderHelp>[0], io: Io): Promise<ExitCode> {
  const { renderHelp } = await import('./help.ts');
  io.stdout(renderHelp(verb, io.stdoutIsTTY ? io.columns : 80));
  return exitCodes.succeeded;
}

/** No verb at all: a script with an empty variable must not look like success, so the help goes to stderr with exit code 2. */
async function explainItself(io: Io): Promise<ExitCode> {
  const { renderHelp } = await import('./help.ts');
  io.stderr(renderHelp(null, io.columns));
  return exitCodes.usage;
}

async function complete(words: readonly string[], io: Io): Promise<ExitCode> {
  const { printCandidates } = await import('./complete.ts');
  await printCandidates(words, io);
  return exitCodes.succeeded;
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EPIPE';
}
