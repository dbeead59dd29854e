import { pathToFileURL } from 'node:url';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { exitCodes, UserError } from '../../errors.ts';
import type { Samples } from '../verify/guards-said.ts';
import { withTypeScript } from './typescript-modules.ts';

type Exports = Readonly<Record<string, unknown>>;

/**
 * The machine that a module exports: as `name`, else as its default, else as the only export that is one; with its exports `inputs`, `events` and `keyOf`. The module
 * and what it imports are run, TypeScript with its types taken away. `ref` is how the user named it.
 *
 * @throws UserError (exit code 3) where the module throws, or exports no machine of XState 5, or several and none is named.
 */
export async function machineOfModule(
  file: string,
  name: string | null,
  ref: string,
): Promise<{ readonly machine: AnyStateMachine; readonly samples: Samples | null }> {
  const exported = await importFile(file, ref);
  return { machine: machineAmong(exported, name, ref), samples: samplesAmong(exported, ref) };
}

async function importFile(file: string, ref: string): Promise<Exports> {
  try {
    return await withTypeScript(async () => (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Exports);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError(exitCodes.invalidDefinition, 'module_throws', `${ref} cannot be loaded: ${message}`, { cause: error });
  }
}

function machineAmong(exported: Exports, name: string | null, ref: string): AnyStateMachine {
  // What CommonJS exports is the default of its module.
  const inner: unknown = exported['default'];
  const all: Exports = { ...(isRecord(inner) && !looksLikeMachine(inner) ? inner : {}), ...exported };
  const machines = Object.entries(all).filter(([, value]) => looksLikeMachine(value));
  const names = machines.map(([key]) => key);
  const wanted = name ?? (names.includes('default') || machines.length !== 1 ? 'default' : names[0]);
  const found = machines.find(([key]) => key === wanted)?.[1];
  if (found === undefined) throw noMachine(ref, name, names);
  if (!isMachine(found)) {
    throw new UserError(exitCodes.invalidDefinition, 'not_xstate_5', `${ref} exports a machine of an XState before 5`, {
      hint: 'only machines of XState 5 can be read; createMachine of XState 5 makes them',
    });
  }
  return found;
}

function noMachine(ref: string, name: string | null, names: readonly string[]): UserError {
  const code = 'not_a_machine';
  if (name !== null) {
    return new UserError(exitCodes.invalidDefinition, code, `${ref.slice(0, ref.lastIndexOf('#'))} exports no machine ${name}`, {
      hint: names.length === 0 ? 'it exports no machine at all' : `it exports ${names.join(', ')}`,
    });
  }
  if (names.length === 0) {
    return new UserError(exitCodes.invalidDefinition, code, `${ref} exports no machine`, {
      hint: 'export what createMachine of XState 5 gives, as default or by a name',
    });
  }
  return new UserError(exitCodes.invalidDefinition, 'several_machines', `${ref} exports several machines: ${names.join(', ')}`, {
    hint: `name one of them: ${ref.replace(/#$/, '')}#${names[0] ?? ''}`,
  });
}

/** `events` is a list or a function of the snapshot, `inputs` a list, `keyOf` a function of the snapshot; a module without `events` has no samples. */
function samplesAmong({ inputs = [], events, keyOf }: Exports, ref: string): Samples | null {
  if (events === undefined) return null;
  const isListOfEvents = Array.isArray(events) && events.every((event) => isRecord(event) && typeof event['type'] === 'string');
  const hasKey = keyOf === undefined || typeof keyOf === 'function';
  if (!Array.isArray(inputs) || !hasKey || !(isListOfEvents || typeof events === 'function')) {
    throw new UserError(
      exitCodes.invalidDefinition,
      'invalid_samples',
      `the exports inputs and events of ${ref} are not what they must be`,
      {
        hint: 'inputs is a list; events is a list of events, each with a type, or a function from a snapshot to such a list; keyOf, where it is exported, is a function from a snapshot to a text',
      },
    );
  }
  return {
    inputs,
    events: events as Samples['events'],
    ...(keyOf === undefined ? {} : { keyOf: keyOf as (snapshot: AnyMachineSnapshot) => string }),
  };
}

/** By its shape, not its class: the module may have an XState of its own. Those before 5 have the mark as well. */
function looksLikeMachine(value: unknown): boolean {
  return isRecord(value) && value['__xstatenode'] === true;
}

function isMachine(value: unknown): value is AnyStateMachine {
  return isRecord(value) && typeof value['provide'] === 'function' && typeof value['getInitialSnapshot'] === 'function';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
