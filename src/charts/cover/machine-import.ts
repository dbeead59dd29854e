import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyStateMachine } from 'xstate';
import { exitCodes, UserError } from '../../errors.ts';
import { chartOf } from '../chart-of.ts';
import { ownMachines } from '../load/own-machines.ts';
import { withTypeScript } from '../load/typescript-modules.ts';
import { propertyKey, quoted } from '../formats/source-literal.ts';

/** How a test file gets at a machine: a statement that imports it, and the expression that then is it. */
export interface MachineImport {
  /** The absolute path of what is imported. */
  readonly file: string;
  readonly statement: string;
  readonly expression: string;
  /** Whether what is imported is the configuration of a JSON file. */
  readonly isConfiguration: boolean;
}

/**
 * The import of the machine that `ref` names (as `loadMachine` takes it, and has loaded it), for a test in the folder `from`.
 *
 * @throws UserError (exit code 4) for one of our own by its name where its module is not below `cwd`; with 3 where a module does not export it under a name.
 */
export async function machineImport(
  machine: AnyStateMachine,
  ref: string,
  { cwd, from }: { readonly cwd: string; readonly from: string },
): Promise<MachineImport> {
  const own = ownMachines.has(ref);
  const file = own ? path.resolve(cwd, 'machines', `${ref}.ts`) : fileOf(ref, cwd);
  if (own && !existsSync(file)) {
    throw new UserError(exitCodes.notFound, 'machine_not_here', `the module of the machine ${ref} is not in machines/`, {
      hint: 'a test imports the machine that it drives: those of stateyard can only be imported in its own repository; give the path of a file',
    });
  }
  const relative = path.relative(from, file).split(path.sep).join('/');
  const specifier = quoted(relative.startsWith('../') ? relative : `./${relative}`);
  if (path.extname(file) === '.json') {
    const statement = `import config from ${specifier} with { type: 'json' };`;
    return { file, statement, expression: 'createMachine(config as never)', isConfiguration: true };
  }
  const name = await exportName(machine, file, ref);
  if (name === 'default')
    return { file, statement: `import exported from ${specifier};`, expression: 'exported', isConfiguration: false };
  const isFree = /^[A-Za-z_$][\w$]*$/.test(name) && !namesOfTest.has(name);
  const what = isFree ? name : `${propertyKey(name)} as exported`;
  return {
    file,
    statement: `import { ${what} } from ${specifier};`,
    expression: isFree ? name : 'exported',
    isConfiguration: false,
  };
}

/** Names that a generated test has uses of its own for. */
const namesOfTest: ReadonlySet<string> = new Set(
  (
    'afterAll AnyStateMachine AnyStateNode createActor createHash createMachine expect fromCallback mkdirSync SimulatedClock test writeFileSync ' +
    'actor clock did heard idle input keyOf lackedDelays lackedGuards machine Path paths plain quiet seen Step steps still stillNode taken takes told yes'
  ).split(' '),
);

/** The file of a reference, which may name an export after a `#`; the file is there, for the machine was loaded from it. */
function fileOf(ref: string, cwd: string): string {
  const whole = path.resolve(cwd, ref);
  return existsSync(whole) ? whole : path.resolve(cwd, ref.slice(0, ref.lastIndexOf('#')));
}

async function exportName(machine: AnyStateMachine, file: string, ref: string): Promise<string> {
  const exported = await withTypeScript(
    async () => (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Readonly<Record<string, unknown>>,
  );
  const names = Object.keys(exported);
  const found = names.find((name) => exported[name] === machine) ?? names.find((name) => isSame(exported[name], machine));
  if (found !== undefined) return found;
  throw new UserError(
    exitCodes.invalidDefinition,
    'machine_not_exported',
    `${ref} exports its machine under no name of its own`,
    {
      hint: 'a test imports the machine: export it as default or by a name',
    },
  );
}

/** The same machine of a module that was loaded another time, as our own are: one with the same chart. */
function isSame(value: unknown, machine: AnyStateMachine): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, root } = value as { readonly id?: unknown; readonly root?: unknown };
  if (id !== machine.id || root === undefined) return false;
  return JSON.stringify(chartOf(value as AnyStateMachine)) === JSON.stringify(chartOf(machine));
}
