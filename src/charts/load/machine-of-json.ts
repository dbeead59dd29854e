import { readFile } from 'node:fs/promises';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { exitCodes, UserError } from '../../errors.ts';

/**
 * The machine of a JSON file with a configuration of XState 5. Its guards, actions and actors are names without anything behind them: enough to draw it and
 * to verify its chart, not to run it. `ref` is how the user named the file.
 *
 * @throws UserError (exit code 3) where the file is no JSON or no configuration.
 */
export async function machineOfJson(file: string, ref: string): Promise<AnyStateMachine> {
  const config = parsed(await readFile(file, 'utf8'), ref);
  if (typeof config !== 'object' || config === null || Array.isArray(config) || !('states' in config)) {
    throw new UserError(
      exitCodes.invalidDefinition,
      'not_a_machine',
      `${ref} holds no configuration of a machine: an object with states`,
    );
  }
  try {
    return createMachine(config as never) as AnyStateMachine;
  } catch (error) {
    throw new UserError(exitCodes.invalidDefinition, 'invalid_machine', `${ref} is refused by XState: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function parsed(text: string, ref: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError(exitCodes.invalidDefinition, 'invalid_json', `${ref} is no JSON: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
