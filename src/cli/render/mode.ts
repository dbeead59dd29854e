/** How the progress of a run is shown. */
export type RenderMode = 'tty' | 'plain' | 'github' | 'json' | 'quiet';

/** The environment, as far as it is looked at. */
export type Environment = Readonly<Record<string, string | undefined>>;

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0' && value !== 'false';

/**
 * The mode that fits: what was asked for (`json`, then `quiet`), else GitHub's log where the process runs in an Action, else the live
 * display where `isTTY` (of the stream that shows progress) and the terminal can draw it, else plain lines.
 */
export function pickMode(choice: {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly isTTY: boolean;
  readonly env: Environment;
}): RenderMode {
  if (choice.json) return 'json';
  if (choice.quiet) return 'quiet';
  if (choice.env['GITHUB_ACTIONS'] === 'true') return 'github';
  return choice.isTTY && choice.env['TERM'] !== 'dumb' && !isSet(choice.env['CI']) ? 'tty' : 'plain';
}

/**
 * Whether to write colours: never with NO_COLOR (set and not empty); else as FORCE_COLOR says (`0` and `false` mean no); else
 * not with TERM=dumb; else on a terminal, and on GitHub Actions, whose log shows colours.
 */
export function useColor(choice: { readonly env: Environment; readonly isTTY: boolean }): boolean {
  const { env, isTTY } = choice;
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] === '' || isSet(env['FORCE_COLOR']);
  if (env['TERM'] === 'dumb') return false;
  return isTTY || env['GITHUB_ACTIONS'] === 'true';
}
