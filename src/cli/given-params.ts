import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { exitCodes, UserError } from '../errors.ts';
import type { Io } from './io.ts';
import { inFolder } from './paths.ts';

/** The parameters that `-p KEY=VALUE` gives, split at the first `=`. UserError `param_malformed` (exit 2) where there is none. */
export function givenParams(pairs: readonly string[]): Record<string, string> {
  const given: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) {
      throw new UserError(exitCodes.usage, 'param_malformed', `-p takes KEY=VALUE, not ${JSON.stringify(pair)}`, {
        hint: 'for example: -p version=1.2.0',
      });
    }
    given[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return given;
}

/**
 * What the file of `--params` holds; null without one. UserError `params_not_readable` (exit 4) or `params_malformed` (exit 3); whether the values fit is
 * not checked.
 */
export async function fileParams(path: string | null, io: Io): Promise<unknown> {
  if (path === null) return null;
  const file = inFolder(path, io.cwd);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      exitCodes.notFound,
      'params_not_readable',
      `the parameters file ${path} cannot be read: ${error.message}`,
    );
  });
  try {
    return parse(text, { maxAliasCount: 10, schema: 'core', strict: true, uniqueKeys: true }) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError(
      exitCodes.invalidDefinition,
      'params_malformed',
      `the parameters file ${path} is not valid YAML or JSON: ${message}`,
    );
  }
}
