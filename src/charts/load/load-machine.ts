import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { AnyStateMachine } from 'xstate';
import { exitCodes, UserError } from '../../errors.ts';
import { chartOf } from '../chart-of.ts';
import type { PromelaAssumptions } from '../formats/promela.ts';
import type { Samples } from '../verify/guards-said.ts';
import { machineOfJson } from './machine-of-json.ts';
import { machineOfModule } from './machine-of-module.ts';
import { ownMachines } from './own-machines.ts';

/** A machine, and what its module says that it can be tried with. */
export interface LoadedMachine {
  readonly machine: AnyStateMachine;
  /** For one of ours, and from the exports `inputs`, `events` and `keyOf` of a module; null where there are no `events`. */
  readonly samples: Samples | null;
  /** What a model of it assumes beside its chart. */
  readonly assumptions: PromelaAssumptions;
}

const moduleEndings = new Set(['.ts', '.mts', '.js', '.mjs', '.cjs']);

/**
 * A machine by the name of one of ours, or by a path, relative to `cwd`: a module that exports a machine of XState 5 (`PATH#NAME` names the export where
 * there are several), or a JSON file with the configuration of one. A module is run; it may import an XState of its own.
 *
 * @throws UserError with exit code 4 where there is no such machine or file, with 3 where it is no machine or throws while it is loaded.
 */
export async function loadMachine(ref: string, cwd: string): Promise<LoadedMachine> {
  const own = ownMachines.get(ref);
  if (own !== undefined) return { machine: await own.load(), samples: await own.samples(), assumptions: own.assumptions };
  const { file, name } = await fileOf(ref, cwd);
  const loaded = await ofFile(file, name, ref);
  expectWhole(loaded.machine, ref);
  return { ...loaded, assumptions: {} };
}

async function ofFile(file: string, name: string | null, ref: string): Promise<Pick<LoadedMachine, 'machine' | 'samples'>> {
  const ending = path.extname(file);
  if (ending === '.json') return { machine: await machineOfJson(file, ref), samples: null };
  if (moduleEndings.has(ending)) return await machineOfModule(file, name, ref);
  throw new UserError(exitCodes.invalidDefinition, 'not_a_machine', `${ref} is neither a module (.ts, .js) nor a .json file`);
}

/** XState looks at some names only when it needs them, such as that of the initial state: here all of them are looked at. */
function expectWhole(machine: AnyStateMachine, ref: string): void {
  try {
    chartOf(machine);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError(exitCodes.invalidDefinition, 'invalid_machine', `${ref} is refused by XState: ${message}`, {
      cause: error,
    });
  }
}

/** The file that a reference names, and the export after its `#`. A file whose own name has a `#` is found as it is. */
async function fileOf(ref: string, cwd: string): Promise<{ readonly file: string; readonly name: string | null }> {
  const whole = path.resolve(cwd, ref);
  if (await isFile(whole)) return { file: whole, name: null };
  const hash = ref.lastIndexOf('#');
  const file = path.resolve(cwd, ref.slice(0, hash));
  if (hash > 0 && (await isFile(file))) return { file, name: ref.slice(hash + 1) || null };
  const looksLikePath = ref.includes('/') || moduleEndings.has(path.extname(ref)) || ref.endsWith('.json') || hash > 0;
  throw new UserError(
    exitCodes.notFound,
    'machine_not_found',
    looksLikePath ? `there is no file ${ref}` : `there is no machine ${ref}`,
    { hint: `machines of stateyard: ${[...ownMachines.keys()].join(', ')}; others are given by the path of their file` },
  );
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    // Not there, or not for us to read: either way there is nothing to load.
    return false;
  }
}
