import { basename } from 'node:path';
import { UserError, exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { completionScript } from '../completion-scripts.ts';
import type { Shell } from '../completion-scripts.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import type { CompletionOptions } from '../options.ts';

/** `stateyard completion [SHELL]`: prints the script; throws UserError when $SHELL is none of the three. */
export async function run(options: CompletionOptions, io: Io): Promise<ExitCode> {
  const shell = options.shell ?? shellOf(io.env['SHELL']);
  const script = completionScript(shell);
  if (options.json) printJson(io, { shell, script });
  else io.stdout(script);
  return exitCodes.succeeded;
}

function shellOf(path: string | undefined): Shell {
  const name = basename(path ?? '');
  if (name === 'bash' || name === 'zsh' || name === 'fish') return name;
  throw new UserError(exitCodes.usage, 'missing_argument', 'the shell cannot be told from $SHELL', {
    hint: 'name it: stateyard completion bash (or zsh, fish)',
  });
}
